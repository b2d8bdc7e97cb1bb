"""The words captions use for each value of each attribute; none of them is held out."""

from __future__ import annotations

from collections.abc import Mapping

from textreel.corpora.scenes.attributes import MANNERS, Place, places

PLACES: Mapping[str, tuple[Place, ...]] = {
    "savanna": (
        *places("on in", "across over through", "the savanna", "the golden savanna", "the dry savanna"),
        *places(
            "on", "across over", "the African savannah", "the African plains", "the wide plains", "the veld"
        ),
        *places("in", "across through", "the African bush", "the bushland"),
    ),
    "beach": (
        *places("on at", "along across", "the beach", "a sandy beach", "the golden beach"),
        *places(
            "on by", "along", "the shore", "the coast", "the coastline", "the waterfront", "the seafront"
        ),
        *places("on", "along across", "a tropical beach", "a beach on the coast"),
    ),
    "forest": (
        *places(
            "in",
            "through across",
            "the forest",
            "a green forest",
            "a deep forest",
            "a pine forest",
            "the woodland",
            "a birch forest",
            "the undergrowth",
            "a thicket",
        ),
        *places("among", "between", "the trees of a forest"),
    ),
    "desert": (
        *places("in", "across through", "the desert", "a sandy desert", "the hot desert", "the Sahara"),
        *places("on", "across over", "the desert sand", "the hot sands"),
        *places("in", "across through", "the Mojave", "the sandy wasteland"),
    ),
    "snow": (
        *places(
            "in", "across through", "a snowy landscape", "the tundra", "the Arctic", "a winter landscape"
        ),
        *places("on", "across over", "a snowfield", "the snowy ground", "the snowy plain", "the ice"),
        *places("in", "across through", "Siberia", "Greenland", "the polar ice"),
    ),
    "mountains": (
        *places("in", "through across", "the mountains", "the high mountains", "a mountain valley"),
        *places("among", "among between", "the steep mountains", "the rocky mountain peaks", "the summits"),
        *places("in", "through across", "the Rockies", "the Andes", "the hills", "a mountain range"),
    ),
    "city": (
        *places("in", "through across", "the city", "a busy city", "the town", "a big city"),
        *places("on", "down along", "a city street"),
        *places("in", "through", "the city streets", "London", "Paris", "Tokyo", "Chicago", "the capital"),
        *places("in", "through", "an urban street", "the town centre"),
    ),
    "sea": (
        *places("on", "across over", "the sea", "the open sea", "the blue sea", "the waves of the sea"),
        *places("at", "at", "sea"),
        *places("on", "across over", "the open water", "the Pacific", "the Mediterranean", "the high seas"),
    ),
    "underwater": (
        *places("", "", "underwater"),
        *places("under beneath", "beneath under", "the sea"),
        *places("at over", "over along past", "a coral reef"),
        *places("on", "along over", "the seabed", "the bottom of the sea", "the sea bottom"),
        *places("in", "through", "the deep sea", "the depths of the sea"),
    ),
    "meadow": (
        *places(
            "in",
            "across through over",
            "the meadow",
            "a green meadow",
            "a flowery meadow",
            "a field of flowers",
        ),
        *places("on in", "across over", "a grassy field", "the grass", "the green fields", "the farmland"),
        *places("in", "across through", "a garden", "a green park"),
    ),
    "sky": (
        *places("in", "across through", "the sky", "the blue sky", "the open sky"),
        *places("in", "through", "the air"),
        *places("above among", "above through", "the clouds"),
        *places("in", "through", "the atmosphere", "the clear air", "the firmament"),
    ),
    "space": (
        *places("in", "through across", "space", "outer space", "deep space"),
        *places("among", "among past", "the stars", "the stars and planets"),
        *places("in", "through across", "the Milky Way", "the solar system", "interstellar space"),
    ),
}

TIME_PHRASES: Mapping[str, tuple[str, ...]] = {
    "day": (
        "during the day",
        "in the daytime",
        "on a sunny day",
        "by day",
        "in the afternoon",
        "in daylight",
        "in broad daylight",
        "in the early afternoon",
        "in the late morning",
        "around lunchtime",
        "at lunchtime",
        "in the bright light of day",
        "in the middle of the day",
    ),
    "sunset": (
        "at sunset",
        "in the evening",
        "during sunset",
        "in the light of the setting sun",
        "as the sun sets",
        "as the sun is setting",
        "in the early evening",
        "in the evening light",
        "as evening falls",
        "in the glow of sunset",
        "at the end of the day",
        "at nightfall",
    ),
    "night": (
        "at night",
        "by night",
        "in the moonlight",
        "on a dark night",
        "after dark",
        "in the dark",
        "in the dead of night",
        "in the middle of the night",
        "late at night",
        "during the night",
        "by starlight",
        "on a moonlit night",
        "at a late hour of the night",
    ),
    "dawn": (
        "at dawn",
        "at sunrise",
        "during sunrise",
        "early in the morning",
        "as the sun rises",
        "in the first light of dawn",
        "at first light",
        "at the crack of dawn",
        "at the break of dawn",
        "in the early morning",
        "as morning breaks",
    ),
}
WEATHER_PHRASES: Mapping[str, tuple[str, ...]] = {
    "clear": ("in clear weather", "in fine weather", "in sunny weather", "in bright weather"),
    "rain": (
        "in the rain",
        "in rainy weather",
        "in pouring rain",
        "in heavy rain",
        "in a shower",
        "in light rain",
        "in a rain shower",
        "in wet weather",
        "in a cloudburst",
    ),
    "snow": (
        "in falling snow",
        "in a snowfall",
        "in a snowstorm",
        "under falling snow",
        "in a flurry of snow",
        "in snow flurries",
        "in drifting snow",
        "in a whiteout",
    ),
    "fog": (
        "in the fog",
        "in thick fog",
        "in dense fog",
        "in foggy weather",
        "in a fog bank",
        "in hazy weather",
    ),
}
WEATHER_CLAUSES: Mapping[str, tuple[str, ...]] = {
    "clear": ("the weather is clear", "the weather is fine"),
    "rain": ("it rains", "it is raining", "rain falls", "rain is falling", "rain pours down"),
    "snow": ("it snows", "it is snowing", "snow falls", "snow is falling"),
    "fog": ("it is foggy", "the fog is thick", "fog drifts by"),
}
ADJECTIVES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "colour": {
        "red": ("red", "scarlet", "bright red", "ruby", "cherry red", "blood red", "burgundy"),
        "blue": ("blue", "navy blue", "bright blue", "sapphire", "royal blue"),
        "green": ("green", "bright green", "lime green", "jade", "olive green", "dark green"),
        "golden": ("golden", "gold", "yellow", "amber", "lemon yellow", "gold-plated"),
        "white": (
            "white",
            "pure white",
            "bright white",
            "chalk white",
            "pearl white",
            "creamy white",
        ),
        "black": ("black", "pitch black", "deep black", "coal black"),
        "pink": ("pink", "bright pink", "rosy", "pale pink", "hot pink", "rose-coloured"),
        "purple": ("purple", "bright purple", "deep purple", "plum", "lilac", "indigo"),
    },
    "size": {
        "small": ("small", "tiny", "miniature", "very small", "petite", "mini"),
        "large": ("large", "big", "giant", "enormous", "very big", "immense", "oversized", "monstrous"),
    },
}
SPEED_ADVERBS: Mapping[str, tuple[str, ...]] = {
    "slow": ("slowly", "gently", "very slowly", "gradually"),
    "fast": ("quickly", "swiftly", "very quickly", "hurriedly", "hastily", "fast"),
}
SPEED_PHRASES: Mapping[str, tuple[str, ...]] = {
    "slow": ("at a slow pace", "at low speed", "in no hurry", "at a relaxed pace"),
    "fast": ("fast", "very fast", "at high speed", "at great speed"),
}
DIRECTION_PHRASES: Mapping[str, tuple[str, ...]] = {
    "left": ("to the left", "towards the left", "leftwards", "from right to left"),
    "right": ("to the right", "towards the right", "rightwards", "from left to right"),
}
CAMERA_VERBS: Mapping[str, tuple[str, ...]] = {
    "static": ("stay still", "keep still", "stay fixed"),
    "pan-left": ("pan left", "pan to the left", "sweep left"),
    "pan-right": ("pan right", "pan to the right", "sweep right"),
    "tilt-up": ("tilt up", "tilt upwards"),
    "tilt-down": ("tilt down", "tilt downwards"),
    "zoom-in": ("zoom in", "push in", "move in"),
    "zoom-out": ("zoom out", "pull back", "pull out"),
}
RELATION_VERBS: Mapping[str, tuple[str, ...]] = {
    "chase": ("chase", "run after", "race after", "dash after", "charge after"),
    "follow": ("follow", "move behind", "go behind", "tail", "come behind"),
    "meet": ("meet", "come face to face with", "meet up with", "run into", "bump into"),
    "pass": ("pass", "go past", "move past", "pass by"),
}

_ANY = ("move", "move along", "go along")
MOTION_VERBS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "walk": {
        "animal": ("walk", "walk along", "trot", "wander", "amble", "roam", "march"),
        "vehicle": ("drive", "drive along", "roll along", "roll", "travel along", "motor along"),
        "water": ("swim", "swim along", "glide"),
        "boat": ("sail", "sail along", "glide", "travel along", "voyage"),
        "air": ("fly", "fly along", "glide", "sail", "soar along", "drift along"),
        "thing": _ANY,
    },
    "run": {
        "animal": ("run", "run along", "race", "rush", "dash", "charge along", "hurry"),
        "vehicle": ("race", "race along", "speed", "rush", "dash", "tear along", "thunder along"),
        "water": ("race", "dart", "shoot along"),
        "boat": ("race", "race along", "speed"),
        "air": ("race", "dart", "shoot along", "rush along", "dash"),
        "thing": ("race", "race along", "rush", "run", "dash"),
    },
    "stalk": {
        "animal": (
            "stalk",
            "stalk its prey",
            "sneak",
            "stalk along",
            "sneak along",
            "slink",
            "tiptoe",
        ),
        "vehicle": ("crawl", "crawl along", "sneak along", "stalk", "inch along"),
        "water": ("stalk", "stalk its prey", "sneak", "lurk", "slink"),
        "boat": ("crawl", "crawl along", "sneak along", "stalk"),
        "air": ("stalk", "sneak", "sneak along"),
        "thing": ("stalk", "sneak", "sneak along", "crawl", "inch along"),
    },
    "jump": dict.fromkeys(
        MANNERS, ("jump", "jump up", "jump high", "take big jumps", "hop", "spring along", "vault")
    ),
    "bounce": dict.fromkeys(MANNERS, ("bounce", "bounce along", "bounce up and down", "bob up and down")),
    "rise": dict.fromkeys(
        MANNERS, ("rise", "rise up", "go up", "float up", "climb", "lift off", "soar up", "go upwards")
    ),
    "fall": dict.fromkeys(
        MANNERS,
        ("fall", "fall down", "drop", "drop down", "sink", "tumble down", "come down", "go downwards"),
    ),
    "circle": dict.fromkeys(
        MANNERS,
        (
            "circle",
            "go round in circles",
            "move in a circle",
            "go round and round",
            "circle around",
            "revolve",
            "loop around",
            "wheel around",
        ),
    ),
    "spin": dict.fromkeys(
        MANNERS, ("spin", "spin around", "rotate", "spin on the spot", "swivel", "pirouette")
    ),
    "approach": dict.fromkeys(
        MANNERS, ("approach", "come closer", "come towards us", "come near", "come towards the viewer")
    ),
    "recede": dict.fromkeys(
        MANNERS,
        (
            "move away",
            "go away",
            "recede",
            "move off into the distance",
            "go far away",
            "withdraw",
            "leave",
            "back away",
            "drift away",
        ),
    ),
    "stay": {
        **dict.fromkeys(MANNERS, ("stay still", "stay in place", "wait", "keep still", "pause", "stay put")),
        "animal": ("stand still", "stay still", "wait", "stay", "stand", "pause", "sit still", "stay put"),
        "vehicle": ("stand still", "stay in place", "wait", "stand"),
    },
}
TOGETHER: Mapping[str, tuple[str, ...]] = {
    "meet": ("meet", "meet each other", "come face to face", "meet up"),
    "pass": ("pass each other", "go past each other", "move past each other", "pass by each other"),
}
"""What two subjects do with each other; plural verbs."""
FILLERS: Mapping[str, tuple[str, ...]] = {
    "animal": (
        "majestic",
        "beautiful",
        "happy",
        "old",
        "lovely",
        "proud",
        "friendly",
        "curious",
        "brave",
        "cute",
        "lonely",
        "cheerful",
        "noble",
        "young",
        "playful",
    ),
    "vehicle": ("beautiful", "old", "lovely", "shiny", "new", "lonely", "rusty", "fancy"),
    "weather": ("beautiful", "lovely", "lonely", "wonderful", "magical"),
    "thing": ("beautiful", "old", "lovely", "funny", "lonely", "wonderful", "strange"),
}
"""Adjectives that mean nothing for the film, by kind of subject."""
OPENINGS = (
    "there is",
    "we see",
    "here is",
    "this is",
    "a film of",
    "a video of",
    "a clip of",
    "a scene with",
)
SENTENCE_OPENINGS = frozenset({"there is", "we see", "here is"})
"""Openings after which a participle still makes a sentence."""
