"""Looks at the world's sprites: whether they keep their rules, and how they look."""

from collections.abc import Sequence

from PIL import Image, ImageDraw

from textreel.corpora.world.sprites import SIZE, SpriteTable, straight

COLUMNS = 24
GROUND = (176, 190, 196, 255)


def findings(tables: Sequence[SpriteTable], clips: int) -> list[str]:
    """What is wrong with the sprites, a line each; nothing where all keep the rules. It reads no clips."""
    del clips
    found, ids = list[str](), set[str]()
    for table in tables:
        plain = {sprite.id for sprite in table.sprites if not sprite.tone}
        for sprite in table.sprites:
            if sprite.id in ids:
                found.append(f"{sprite.id} is there twice")
            ids.add(sprite.id)
            if sprite.box == (0, 0, 0, 0):
                found.append(f"{sprite.id} shows nothing")
            if sprite.tone and sprite.base not in plain:
                found.append(f"{sprite.id} is a skin tone of {sprite.base}, which is not there")
            loop = table.loop(sprite)[:1]
            if (loop[..., :3] > loop[..., 3:]).any():
                found.append(f"{sprite.id} is not premultiplied: its colour exceeds its alpha")
    return found


def clip_sheet(tables: Sequence[SpriteTable], clips: int, seed: int) -> tuple[Image.Image, list[str]]:
    """Draw every subject in its default tone with its label, whatever the number of clips and the seed."""
    del clips, seed
    shown = [
        (table, sprite) for table in tables for sprite in table.sprites if sprite.subject and not sprite.tone
    ]
    height = SIZE + 12
    sheet = Image.new("RGBA", (COLUMNS * SIZE, -(-len(shown) // COLUMNS) * height), GROUND)
    pen = ImageDraw.Draw(sheet)
    for index, (table, sprite) in enumerate(shown):
        x, y = index % COLUMNS * SIZE, index // COLUMNS * height
        sheet.alpha_composite(straight(table.loop(sprite)[0]), (x, y))
        pen.text((x + 2, y + SIZE), sprite.label[:20], fill=(20, 20, 20))
    return sheet.convert("RGB"), [f"{len(shown)} subjects"]
