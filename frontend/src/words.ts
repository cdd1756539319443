/** Every word the screens say, reached from one place: the language is chosen here, and nowhere else. */

export * from "./words/en.ts";
