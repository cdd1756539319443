/** The browser's own voice, where it has one that needs no server elsewhere. */

import type { Voice } from "./player.ts";

const FASTER = 1.05;

export function browserVoice(): Voice | null {
  if (!("speechSynthesis" in window)) return null;
  return {
    say(words, volume) {
      const sentence = new SpeechSynthesisUtterance(words);
      const own = speechSynthesis.getVoices().find((voice) => voice.localService && voice.lang.startsWith("en"));
      if (own !== undefined) sentence.voice = own;
      [sentence.lang, sentence.rate, sentence.volume] = ["en", FASTER, volume];
      speechSynthesis.cancel();
      speechSynthesis.speak(sentence);
    },
    hush: () => speechSynthesis.cancel(),
  };
}
