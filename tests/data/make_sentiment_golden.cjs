// Writes sentiment_golden.json.gz: texts, and what npm sentiment 5.0.2 makes of each.
//
//     npm install sentiment@5.0.2 && node make_sentiment_golden.cjs sentiment_golden.json.gz
//
// Each line is a JSON list: text, score, comparative, number of tokens. The texts come from a
// seeded generator, so the file is the same every time.
"use strict";
const { writeFileSync } = require("node:fs");
const { gzipSync } = require("node:zlib");
const Sentiment = require("sentiment");
const labels = Object.keys(require("sentiment/languages/en/labels.json"));
const emoji = Object.keys(require("sentiment/build/emoji.json"));
const negators = Object.keys(require("sentiment/languages/en/negators.json"));

let state = 20260615;
function dice() {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
}
const below = (size) => Math.floor(dice() * size);
const pick = (list) => list[below(list.length)];
const some = (most, make) => Array.from({ length: below(most + 1) }, make);

const inherited = [
  ...Object.getOwnPropertyNames(Object.prototype), "constructor", "Constructor", "prototype",
  "length", "name",
];
const fillers = (
  "the a this is so my goat yoga part 2 when link in bio fr ngl lol WHERE can i BUY it " +
  "dönde lo compro größe ñandú 何 これ привет العربية 진짜 İstanbul ıspanak STRASSE straße"
).split(" ");
const whites = [
  " ", "  ", "   ", "\t", "\t\t", "\n", "\n\n", "\r\n", "\v", "\f", "\r", "\u00a0", "\u0085",
  "\u1680", "\u180e", "\u2000", "\u2007", "\u200a", "\u200b", "\u2028", "\u2029", "\u202f",
  "\u205f", "\u2060", "\u3000", "\ufeff", " \u00a0", "\t ", "\u001c", "\u001f", "\u0000",
];
const marks = [..."\n.,/#!?$%^&*;:{}=_`\"~()'-[]|\\<>@+…—’‘“”´¿¡"];
const odd = [
  "\ud83d", "\ude02", "\ude02\ud83d", "\ud83d\ud83d\ude02", "\uffff", "\ufffd", "\u212aind",
  "li\u212ae", "NA\u00cfVE", "nai\u0308ve", "\u24b6", "\u24d0", "\u24c8", "\u0130ll", "ILL", "ıll",
  "fıne", "F\u0130NE", "ΣΑΣ", "ΌΣΟΣ", "Ǆ", "ǅ", "ẞ", "ﬁne", "ﬂawed", "goo\u00add", "go\u200dod",
  "ｇｏｏｄ", "ɢood", "g0od", "G\u00d3OD", "\u00df", "\u017fad",
];
const dressings = [
  "\ufe0f", "\ufe0e", "\u{1f3fb}", "\u{1f3fd}", "\u{1f3ff}", "\u200d", "\u200d\u{1f525}", "\u20e3",
];
const flags = ["🇺🇸", "🇩🇪", "🇪", "👩‍❤️‍💋‍👨", "👨‍👩‍👧‍👦", "❤️‍🔥", "🏳️‍🌈", "1️⃣", "🤷🏽‍♀️", "🫠", "🥹"];

const cased = (word) =>
  pick([word, word, word.toUpperCase(), word[0].toUpperCase() + word.slice(1)]);
const apostrophed = (word) => word.replace("'", pick(["'", "’", "‘", "ʼ", "`", "´", "＇"]));
const kinds = [
  () => cased(pick(labels)), () => cased(pick(labels)), () => cased(pick(labels)),
  () => pick(fillers), () => pick(fillers), () => pick(fillers), () => apostrophed(pick(negators)),
  () => cased(pick(negators)), () => pick(emoji), () => pick(emoji) + pick(dressings),
  () => pick(emoji).repeat(1 + below(4)), () => pick(flags), () => pick(odd), () => pick(inherited),
  () => pick(marks).repeat(1 + below(3)),
  () => String.fromCodePoint(below(0x30000)), () => String.fromCharCode(below(0x10000)),
];
const joined = (words, joints) =>
  words.map((word) => word + (dice() < 0.8 ? " " : pick(joints))).join("");

const texts = [
  "", " ", "  ", "\n", "\t", "\u00a0", "\ufeff", ".", "...", "!?", "'", "-", "0", "null",
  "undefined", ...inherited.map((name) => `${name} good`), ...inherited,
  ...whites.flatMap((white) => [
    `good${white}bad`, `${white}good`, `good${white}`, white, `${white}not${white}good${white}`,
    `good ${white} love`, `not${white} good`,
  ]),
  ...marks.flatMap((mark) => [`good${mark}bad`, `not${mark}good`, `${mark}good${mark}`]),
  ...odd.flatMap((text) => [text, `${text} good`, `not ${text}`, text + text]),
  ...labels, ...emoji, ...labels.map((word) => word.toUpperCase()),
  ...[...labels, ...emoji].map((word) => `x ${pick(negators)} ${word}`),
];
for (let unit = 0; unit < 0x3100; unit++) texts.push(`good${String.fromCharCode(unit)}bad`);
for (let unit = 0xd7f0; unit < 0xe010; unit += 3) texts.push(`a${String.fromCharCode(unit)} bad`);
for (let unit = 0xfe00; unit < 0x10000; unit++) texts.push(`good${String.fromCharCode(unit)} bad`);
for (let turn = 0; turn < 12_000; turn++) {
  const words = some(12, () => pick(kinds)());
  texts.push(dice() < 0.7 ? joined(words, [" ", ...marks]) : joined(words, whites).trimEnd());
}
for (let turn = 0; turn < 3_000; turn++) {
  texts.push(some(20, () => pick([pick(whites), pick(marks), pick(odd), pick(kinds)()])).join(""));
}
texts.push("love ".repeat(5_000), "🔥".repeat(3_000), " ".repeat(4_000), "not ".repeat(999) + "good");

const scorer = new Sentiment();
const lines = texts.map((text) => {
  const { score, comparative, tokens } = scorer.analyze(text);
  return JSON.stringify([text, score, comparative, tokens.length]);
});
writeFileSync(process.argv[2], gzipSync(lines.join("\n") + "\n", { level: 9 }));
console.log(`${lines.length} texts`);
