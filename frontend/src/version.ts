/** The release this page was built with; a server that says another one has a newer page. */

declare const __KAT_VERSION__: string;

export const VERSION: string = __KAT_VERSION__;
