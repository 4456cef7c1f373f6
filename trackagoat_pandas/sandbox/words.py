"""Names, captions and comments of the demo program.

A pool of comments is named by the sign of its AFINN score; placeholders in braces are filled by the
modules that use the words.
"""

from __future__ import annotations

FIRST_HALVES = (
    "mossy", "nova", "little", "salty", "sunny", "lazy", "midnight", "velvet", "plaid", "tiny",
    "wild", "cosmic", "honest", "paper", "copper", "frosty", "lucky", "quiet", "spicy", "hazel",
    "urban", "alpine", "cloudy", "golden", "marble", "minty", "oat", "pixel", "rustic", "sleepy",
)  # fmt: skip
SECOND_HALVES = (
    "goat", "bakes", "kiln", "thrift", "runner", "pantry", "closet", "garden", "studio", "skillet",
    "lifts", "desk", "tapes", "meadow", "nails", "reads", "trails", "vinyl", "wander", "yarn",
    "cabin", "barista", "gloss", "harvest", "loom", "mug", "pedals", "reef", "sketch", "tonic",
)  # fmt: skip
HANDLE_FORMS = ("{0}.{1}", "{0}_{1}", "{0}{1}", "the{0}{1}", "{1}.by.{0}", "its_{0}_{1}")
HANDLE_YEARS = ("", "", "", "", "22", "99", "_", "01")

NAMES = (
    "Ama", "Beatriz", "Chidi", "Dorothea", "Emre", "Freya", "Gus", "Hana", "Ines", "Jonah",
    "Kaveh", "Lucía", "Mateo", "Noor", "Ottilie", "Priya", "Quinn", "Rosa", "Sanjay", "Thandi",
    "Uri", "Valérie", "Wren", "Ximena", "Yuki", "Zoë",
)  # fmt: skip
NAME_TAILS = ("", "", " 🐐", " | UGC", " ✨", " & co", " (real)", " makes things")
BIOS = (
    "Small-town {thing} person. Ships fast, answers faster.",
    "Met at the spring casting; strong hooks, weak captions.",
    "Prefers briefs by Tuesday. Films {thing} in one take.",
    "Long-time fan of the brand, knows every {thing}.",
    "Bilingual (EN/ES). Good on {thing}, shy on voice-over.",
)

NICHES: dict[str, tuple[str, ...]] = {
    "food": ("oat latte", "one-pan dinner", "goat cheese toast", "lunch box", "sourdough"),
    "fitness": ("5 am run", "leg day", "mobility drill", "protein bowl", "couch-to-10k"),
    "beauty": ("skin reset", "drugstore dupe", "two-minute brow", "lip combo", "hair oil"),
    "home": ("desk reset", "thrift flip", "closet purge", "rental hack", "sunday clean"),
    "travel": ("carry-on pack", "night train", "hidden trail", "hostel kitchen", "weekend map"),
}
TITLES = (
    "POV: your first {thing}",
    "{thing} but make it cozy",
    "i tried the viral {thing} so you don't have to",
    "rating every {thing} in town",
    "day {number} of {thing} until it clicks",
    "the {thing} nobody talks about 🤫",
    "wait for it… {thing}",
    "3 mistakes with your {thing}",
    "replying to @{number} about the {thing}",
    "get ready with me + {thing} ☕️",
)
TAGS = (
    "#fyp", "#foryou", "#ugc", "#smallcreator", "#goattok", "#dayinmylife", "#unboxing", "#grwm",
)  # fmt: skip
NOTES = (
    "Second cut; the first had the old logo.",
    "Approved by brand on the first round.",
    "Boosted for 48 h.",
    "Music licence runs out in autumn.",
    "Shot on the {thing} set.",
)
VIDEO_METADATA = (
    '{"brief":"B-112","hook":"pov"}',
    '{"paid":true,"boost_cents":15000}',
    '{"tags":["launch","spring"],"review":{"by":"nina","round":2}}',
    '{"note":"Größe & Farbe prüfen"}',
)
CREATOR_METADATA = (
    '{"tier":"gold","contract":"2026-014"}',
    '{"agency":"Hill & Vale","languages":["en","es"]}',
)

POSITIVE = (
    "i love this {thing} so much",
    "this is amazing omg",
    "best {thing} on this app no debate",
    "obsessed!! thank you for sharing",
    "the happy dance at the end 😂 perfect",
    "wow ok i'm impressed",
    "good good good. buying it tonight",
    "you deserve a win, awesome edit",
    "so cute i can't even 😍",
    "not bad at all tbh, great work",
)
NEUTRAL = (
    "where is the {thing} from",
    "part 2 when",
    "who is here before 10k 🙋",
    "song name??",
    "me at 3am with my {thing}",
    "the way i ran here",
    "it's giving {thing}",
    "link in bio?",
    "first",
    "day 4 of asking for the {thing} recipe",
    "pov ur the {thing}",
)
NEGATIVE = (
    "this is terrible, i want a refund",
    "hate how every {thing} is an ad now",
    "worst {thing} i ever bought",
    "so boring, stop it",
    "bad idea. mine broke in a week",
    "that's fake and you know it",
    "awful customer service ngl",
    "disappointed, it looks cheap and ugly",
)
UNDER_FIRE = (
    "worst launch ever, mine arrived broken",
    "i hate that you deleted the bad reviews",
    "this is a scam, do not buy",
    "awful. just awful. refund me",
    "so disappointed in this {thing} 😡",
    "terrible quality and they ignore my emails",
    "misleading ad, shame on you",
    "angry does not even cover it",
)
OTHER_TONGUES = (
    "me encanta 😭😭 ¿dónde lo compro?",
    "wo gibt's das in Deutschland?",
    "trop bien la vidéo fr",
    "これどこで買えますか",
    "muito bom, parte 2 pfvr",
    "ما اسم الأغنية؟",
    "bu ne güzel bir şey ya",
    "진짜 미쳤다 ㅋㅋㅋ",
)
EMOJI_ONLY = ("😂😂😂", "🐐", "💀💀", "🔥🔥🔥", "😍", "😭", "👀", "❤️❤️")
TAILS = ("", "", "", "", " 😭", " 💀", " fr fr", " ngl", "!!", " 🐐🐐", " lol", " 🔥")
AUTHORS = (
    "user{number}", "{0}{number}", "{0}.{1}", "real{0}", "{1}_{number}", "not{0}{1}", "x{1}x",
)  # fmt: skip
