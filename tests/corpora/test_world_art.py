"""The art of the world: what is fetched, how it becomes sprites, what the catalogues say, and who made it."""

import hashlib
import io
import json
import tarfile
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from textreel.corpora import packages
from textreel.corpora.world import assets, rays
from textreel.corpora.world.check import COLUMNS, clip_sheet, findings
from textreel.corpora.world.drawings import Drawings, concept_of
from textreel.corpora.world.fluent import code_of, fluent_drawings
from textreel.corpora.world.models import model_drawings, unescape
from textreel.corpora.world.own import OwnDrawing, Workshop, own_drawings
from textreel.corpora.world.sprites import (
    SIZE,
    Drawing,
    Pixels,
    SpriteTable,
    build_table,
    fit,
    loop_of,
    read_table,
    straight,
    visible_box,
)
from textreel.errors import AssetError
from textreel.extras import missing_packages

LABELS = [
    {
        "label": "woman walking",
        "hexcode": "1F6B6-200D-2640-FE0F",
        "group": 1,
        "subgroup": 27,
        "skins": [{"hexcode": "1F6B6-1F3FB-200D-2640-FE0F", "tone": 1}],
    },
    {"label": "dog", "hexcode": "1F415", "group": 3, "subgroup": 34},
    {"label": "clock", "hexcode": "1F550", "group": 5, "subgroup": 58},
    {"label": "component", "hexcode": "1F3FB"},
]
CATALOGUE = r"""
license=Creative Commons\u00a9
id#1=Scopia#oven
name#1=Oven
category#1=Kitchen
model#1=/scopia/oven/oven.obj
width#1=60
depth#1=50
height#1=85
creator#1=Scopia
id#2=Scopia#door
name#2=Door
category#2=Doors and windows
model#2=/scopia/door/door.obj
modelRotation#2=1 0 0 0 0 1 0 -1 0
width#2=90
depth#2=5
height#2=200
"""


def disc(box: tuple[int, int, int, int], colour: tuple[int, int, int] = (200, 40, 20)) -> Image.Image:
    image = Image.new("RGBA", (256, 256))
    ImageDraw.Draw(image).ellipse(box, fill=(*colour, 255))
    return image


def webp(images: list[Image.Image], milliseconds: int = 100) -> bytes:
    file = io.BytesIO()
    images[0].save(
        file, "WEBP", lossless=True, save_all=len(images) > 1, append_images=images[1:], duration=milliseconds
    )
    return file.getvalue()


@dataclass(frozen=True, kw_only=True)
class Disc(Drawing):
    """A drawing without a file."""

    phases: int = 1

    def draw(self) -> tuple[Pixels, float]:
        return fit([disc((60 + 4 * phase, 60, 160 + 4 * phase, 200)) for phase in range(self.phases)]), 1.0


@pytest.fixture
def table(tmp_path: Path) -> SpriteTable:
    drawings = [
        Disc(id=f"fluent:{code}", label=code, group="animal", subject=True, phases=2)
        for code in ("1f415", "1f408", "1f981", "1f40e")
    ]
    toned = Disc(
        id="fluent:1f415-1f3fb", label="1f415", group="animal", subject=True, base="fluent:1f415", tone=1
    )
    return build_table(tmp_path / "sprites-discs.npy", [*drawings, toned])


class TestSprites:
    def test_a_loop_has_one_scale_and_stands_on_the_lower_edge(self) -> None:
        loop = fit([disc((20, 60, 100, 200)), disc((60, 60, 140, 200))])
        assert loop.shape == (2, SIZE, SIZE, 4)
        heights = [np.flatnonzero((phase[..., 3] > 12).any(axis=1)) for phase in loop]
        assert abs(len(heights[0]) - len(heights[1])) <= 1
        assert all(SIZE - 8 < rows[-1] < SIZE - 1 for rows in heights)
        first, second = ((phase[..., 3] > 12).any(axis=0).nonzero()[0].mean() for phase in loop)
        assert second - first > 20  # what moves across in the art moves across in the sprite

    def test_colour_is_premultiplied_and_comes_back(self) -> None:
        (sprite,) = fit([disc((20, 20, 220, 220))])
        assert (sprite[..., :3] <= sprite[..., 3:]).all()
        assert tuple(sprite[0, 0]) == (0, 0, 0, 0)
        assert np.abs(np.asarray(straight(sprite))[64, 64].astype(int) - (200, 40, 20, 255)).max() <= 1

    def test_phases_are_at_equal_distance_over_the_loop(self, tmp_path: Path) -> None:
        (tmp_path / "art.webp").write_bytes(webp([disc((0, 0, 40 + 20 * n, 40 + 20 * n)) for n in range(8)]))
        loop, seconds = loop_of(tmp_path / "art.webp", 4)
        assert seconds == pytest.approx(0.8) and len(loop) == 4
        sizes = [(phase[..., 3] > 128).sum() for phase in loop]
        assert sizes == sorted(sizes) and len(set(sizes)) == 4

    def test_what_stands_still_has_one_phase_and_no_length(self, tmp_path: Path) -> None:
        (tmp_path / "art.webp").write_bytes(webp([disc((0, 0, 40, 40))]))
        loop, seconds = loop_of(tmp_path / "art.webp", 24)
        assert len(loop) == 1 and seconds == 0

    def test_broken_and_empty_art_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "art.webp").write_bytes(b"RIFF")
        with pytest.raises(AssetError, match="fetch the corpus again"):
            loop_of(tmp_path / "art.webp", 24)
        with pytest.raises(AssetError, match="transparent"):
            fit([Image.new("RGBA", (9, 9))])

    def test_a_table_is_read_as_it_was_built(self, table: SpriteTable, tmp_path: Path) -> None:
        again = read_table(tmp_path / "sprites-discs.npy")
        assert again.sprites == table.sprites and np.array_equal(again.pixels, table.pixels)
        assert [sprite.first for sprite in again.sprites] == [0, 2, 4, 6, 8]
        assert not findings([table], 1)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["sprites-discs.json", "sprites-discs.npy"]
        left, top, right, bottom = table.sprites[0].box
        assert 0 < left < right < SIZE and 0 < top < bottom < SIZE

    def test_a_table_that_was_cut_is_refused(self, table: SpriteTable, tmp_path: Path) -> None:
        path = tmp_path / "sprites-discs.npy"
        path.write_bytes(path.read_bytes()[:1000])
        with pytest.raises(AssetError, match="corpus build world"):
            read_table(path)

    def test_broken_rules_are_found(self, table: SpriteTable) -> None:
        sprites = list(table.sprites)
        sprites[1] = replace(sprites[1], id=sprites[0].id, box=(0, 0, 0, 0))
        sprites[4] = replace(sprites[4], base="fluent:1f999")
        found = findings([SpriteTable(tuple(sprites), table.pixels)], 1)
        assert [line.split(" ", 1)[1][:12] for line in found] == [
            "is there twi",
            "shows nothin",
            "is a skin to",
        ]

    def test_the_sheet_shows_subjects_in_one_tone(self, table: SpriteTable) -> None:
        sheet, told = clip_sheet([table], 1, 0)
        assert sheet.size == (COLUMNS * SIZE, SIZE + 12) and told == ["4 subjects"]


class TestDrawings:
    def test_unseen_concepts_are_never_drawn(self, table: SpriteTable) -> None:
        drawings = Drawings([table], unseen=2)
        assert len(drawings.unseen) == 2 and not drawings.unseen.keys() & drawings.seen.keys()
        drawn = drawings.batch(np.random.default_rng(0), 4)
        assert drawn.shape == (4, 4, SIZE, SIZE) and drawn.min() >= 0 and drawn.max() <= 1

    def test_more_drawings_show_nothing_that_was_hidden(self, table: SpriteTable) -> None:
        few = Drawings([SpriteTable(table.sprites[:2], table.pixels)], unseen=1)
        more = Drawings([table], unseen=1)
        assert not more.unseen.keys() & few.seen.keys()

    def test_the_same_state_gives_the_same_batch(self, table: SpriteTable) -> None:
        drawings = Drawings([table], unseen=1)
        first, again = (drawings.batch(np.random.default_rng(7), 6, 64) for _ in range(2))
        assert first.shape == (6, 4, 64, 64) and bool((first == again).all())
        assert all(float(part[3].max()) > 0 for part in first)  # a part holds something visible

    def test_genders_are_one_concept(self) -> None:
        woman, man, person = "1f469-200d-1f373", "fluent:1f468-200d-1f373", "1f9d1-200d-1f373"
        assert concept_of(woman) == concept_of(man) == concept_of(person)
        assert concept_of("1f6b6-200d-2640") == concept_of("1f6b6") != concept_of("1f3c3")


class TestFluent:
    def test_codes_have_no_variation_selectors(self) -> None:
        assert code_of("002A-FE0F-20E3") == "2a-20e3"

    def test_labels_and_tones(self, tmp_path: Path) -> None:
        (tmp_path / "labels.json").write_text(json.dumps(LABELS))
        for code in ("1f6b6-200d-2640", "1f6b6-1f3fb-200d-2640", "1f415", "1f550"):
            (tmp_path / f"{code}.webp").write_bytes(webp([disc((0, 0, 40, 40))]))
        walking, toned, dog, clock = fluent_drawings(tmp_path / "labels.json", tmp_path)
        assert (walking.id, walking.tone) == ("fluent:1f6b6-200d-2640", 0)
        assert (toned.base, toned.tone, toned.label) == (walking.id, 1, "woman walking")
        assert dog.subject and not clock.subject and dog.group == "animal"

    def test_other_labels_are_refused(self, tmp_path: Path) -> None:
        (tmp_path / "labels.json").write_text('[{"group": 1}]')
        with pytest.raises(AssetError, match="corpus fetch world"):
            fluent_drawings(tmp_path / "labels.json", tmp_path)


def library(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("PluginFurnitureCatalog.properties", CATALOGUE)
    return path


class TestModels:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        for name in assets.LIBRARIES:
            library(tmp_path / f"{name}.sh3f")
        return tmp_path

    def test_the_catalogue_says_sizes_authors_and_licences(self, folder: Path) -> None:
        oven, door = model_drawings(folder)[:2]
        assert (oven.id, oven.label, oven.metres) == ("sweethome3d:Scopia#oven", "oven", (0.6, 0.85, 0.5))
        assert (oven.author, oven.licence, oven.subject) == ("Scopia", "Creative Commons©", True)
        assert door.rotation == (1, 0, 0, 0, 0, 1, 0, -1, 0) and not door.subject

    def test_values_are_unescaped(self) -> None:
        assert unescape(r"parking slot 90\u00B0 \= wide ") == "parking slot 90° = wide"

    def test_a_missing_library_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(AssetError, match=r"BlendSwap-CC-0\.sh3f"):
            model_drawings(tmp_path)

    @pytest.fixture
    def box(self, tmp_path: Path) -> Path:
        if missing_packages("world-corpus"):
            pytest.skip("the extra world-corpus is not installed")
        corners = [f"v {x} {y} {z}" for x in (0, 1) for y in (0, 1) for z in (0, 1)]
        faces = ["f 1 2 4 3", "f 5 7 8 6", "f 1 5 6 2", "f 3 4 8 7", "f 1 3 7 5", "f 2 6 8 4"]
        (tmp_path / "box.obj").write_text("\n".join([*corners, *faces]) + "\n")
        return tmp_path / "box.obj"

    @pytest.mark.parametrize("metres", [(0.5, 2.0, 0.5), (2.0, 0.5, 0.5)])
    def test_a_model_is_rendered_in_its_real_proportions(
        self, box: Path, metres: tuple[float, float, float], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rays, "PIXELS", 48)
        image = rays.render(box, metres, np.eye(3))
        assert np.array_equal(image, rays.render(box, metres, np.eye(3)))
        left, top, right, bottom = image.getbbox()
        assert ((bottom - top) > 2 * (right - left)) == (metres[1] > metres[0])
        pixels = np.asarray(image.crop((left, top, right, bottom))).astype(float)
        upper, lower = (part[part[..., 3] > 0][:, :3].mean() for part in np.array_split(pixels, 2))
        assert upper > lower  # the light comes from above

    def test_a_broken_model_is_refused(self, box: Path) -> None:
        box.write_text("f 1 2 3\n")
        with pytest.raises(AssetError, match=r"box\.obj is broken"):
            rays.render(box, (1, 1, 1), np.eye(3))

    def test_edges_stay_sharp_and_round_things_smooth(self) -> None:
        def strip(angle: float) -> np.ndarray:
            turned = [np.cos(angle), np.sin(angle), 0.0]
            return np.array([[[0, 0, 0], [0, 0, 1], [-1, 0, 0]], [[0, 0, 0], turned, [0, 0, 1]]], dtype=float)

        for angle, alike in ((np.radians(15), True), (np.radians(90), False)):
            normals = rays.smooth_normals(strip(angle))
            assert np.allclose(normals[0, 0], normals[1, 0]) == alike
            assert np.allclose(np.linalg.norm(normals, axis=-1), 1)


class TestOwn:
    @pytest.mark.parametrize("drawing", own_drawings(), ids=lambda drawing: drawing.label)
    def test_what_is_built_here_is_seen_and_as_large_as_it_says(
        self, drawing: OwnDrawing, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        if missing_packages("world-corpus"):
            pytest.skip("the extra world-corpus is not installed")
        monkeypatch.setattr(rays, "PIXELS", 48)
        (sprite,), seconds = drawing.draw()
        left, top, right, bottom = visible_box(sprite[None, ..., 3])
        assert seconds == 0 and bottom - top > 20 and right - left > 10
        shop = Workshop()
        drawing.build(shop)
        corners = rays.model_of(shop.parts).corners.reshape(-1, 3)
        assert np.ptp(corners, axis=0) == pytest.approx(drawing.metres, abs=0.01)


class TestFetching:
    @pytest.fixture
    def shelf(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A folder of packages with little in them, in place of the real ones."""
        monkeypatch.setenv(packages.CACHE_VARIABLE, str(tmp_path / "cache"))
        shelf = tmp_path / "shelf"
        shelf.mkdir()
        moving = webp([disc((0, 0, 40, 40)), disc((9, 9, 49, 49))])
        still = webp([disc((0, 0, 80, 80))])
        content = {
            assets.LABELS.name: {"package/en/data.json": json.dumps(LABELS).encode()},
            assets.ANIMATED[0].name: {
                "package/assets/1f415.webp": moving,
                "package/assets/1f550.webp": still,
            },
            assets.STILL.name: {"package/assets/1f415.webp": still, "package/assets/1f550.webp": still},
        }
        made = []
        for package in assets.PACKAGES:
            path = shelf / package.file
            if package == assets.MODELS:
                path.write_bytes(debian(tmp_path))
            else:
                path.write_bytes(tarball(content.get(package.name, {"package/package.json": b"{}"})))
            made.append(replace(package, sha256=hashlib.sha256(path.read_bytes()).hexdigest()))
        named = {package.name: package for package in made}
        for name in ("LABELS", "STILL", "MODELS"):
            monkeypatch.setattr(assets, name, named[getattr(assets, name).name])
        monkeypatch.setattr(assets, "PACKAGES", tuple(made))
        return shelf

    def test_packages_are_fetched_once(self, shelf: Path) -> None:
        assert assets.fetch(folder=shelf) == len(assets.PACKAGES)
        assert assets.fetch(folder=shelf / "nowhere") == 0
        drawn = [drawing.draw() for drawing in assets.drawings("fluent")]
        assert [len(loop) for loop, _ in drawn] == [2, 1]  # the dog moves, the clock does not
        assert "| Scopia | Scopia | Creative Commons© | oven |" in assets.credits_text()

    def test_an_interrupted_fetch_goes_on(self, shelf: Path) -> None:
        last = shelf / assets.PACKAGES[-1].file
        content = last.read_bytes()
        last.write_bytes(content[:-9])
        with pytest.raises(AssetError, match="SHA-256"):
            assets.fetch(folder=shelf)
        last.write_bytes(content)
        assert assets.fetch(folder=shelf) == 1

    def test_without_art_the_command_is_named(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(packages.CACHE_VARIABLE, str(tmp_path))
        with pytest.raises(AssetError, match="corpus fetch world"):
            assets.load_tables()
        with pytest.raises(AssetError, match="corpus fetch world"):
            assets.build()

    def test_registries_and_their_files(self) -> None:
        assert assets.STILL.file == "lobehub-fluent-emoji-3d-1.1.0.tgz"
        assert assets.MODELS.file == "sweethome3d-furniture_1.8-1_all.deb"
        assert assets.MODELS.command == ("apt-get", "download", "sweethome3d-furniture=1.8-1")


def tarball(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return file.getvalue()


def debian(scratch: Path) -> bytes:
    libraries = {
        f"./usr/share/sweethome3d/furniture/{name}.sh3f": library(scratch / name).read_bytes()
        for name in assets.LIBRARIES
    }
    data = tarball(libraries)
    head = f"{'data.tar.gz':16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(data):<10}`\n".encode()
    return b"!<arch>\n" + head + data
