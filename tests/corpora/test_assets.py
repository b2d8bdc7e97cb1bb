"""Getting the art: hashes are checked, nothing foreign is unpacked, and every failure is a sentence."""

import hashlib
import io
import shutil
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from textreel.corpora.scenes import assets
from textreel.corpora.scenes.subjects import BY_NAME, SUBJECTS
from textreel.errors import AssetError

LION = BY_NAME["lion"]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(assets.CACHE_VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache" / "scenes"


def tarball(folder: Path, members: dict[str, bytes], package: assets.Package) -> assets.Package:
    """Write a tarball in place of the package's and return the package with its hash."""
    folder.mkdir(exist_ok=True)
    path = folder / package.file
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return replace(package, sha256=hashlib.sha256(path.read_bytes()).hexdigest())


def use(monkeypatch: pytest.MonkeyPatch, package: assets.Package) -> None:
    monkeypatch.setattr(
        assets, "PACKAGES", tuple(package if package.name == old.name else old for old in assets.PACKAGES)
    )


def test_packages_divide_the_code_points_in_order() -> None:
    firsts = [package.first for package in assets.PACKAGES]
    assert firsts == sorted(firsts)
    assert assets.package_of(BY_NAME["rainbow"]).name.endswith("anim-1")
    assert assets.package_of(BY_NAME["fire"]).name.endswith("anim-2")
    assert assets.package_of(LION).name.endswith("anim-3")
    assert assets.package_of(BY_NAME["flamingo"]).name.endswith("anim-4")


def test_the_tarball_is_named_as_npm_names_it() -> None:
    assert assets.PACKAGES[0].file == "lobehub-fluent-emoji-anim-1-1.0.0.tgz"


def test_everything_is_missing_from_an_empty_cache() -> None:
    assert assets.missing() == SUBJECTS


def test_fetch_keeps_only_what_is_wanted(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = {
        f"package/assets/{LION.hexcode}.webp": b"lion",
        "package/assets/1f999.webp": b"llama",
        "../../escaped.webp": b"out",
        "/absolute.webp": b"out",
    }
    use(monkeypatch, tarball(tmp_path / "raw", members, assets.package_of(LION)))
    heard: list[tuple[str, int, int]] = []
    added = assets.fetch([LION], folder=tmp_path / "raw", progress=lambda *told: heard.append(told))
    assert added == 1
    assert assets.fetched_art(LION).read_bytes() == b"lion"
    assert [path.name for path in cache.rglob("*") if path.is_file()] == [f"{LION.hexcode}.webp"]
    assert not list(tmp_path.rglob("escaped.webp"))
    assert [told[1:] for told in heard] == [(0, 1), (1, 1)]


def test_a_second_fetch_does_nothing(tmp_path: Path) -> None:
    assets.write_aside(assets.fetched_art(LION), b"lion")
    assert assets.fetch([LION], folder=tmp_path / "nowhere") == 0


def test_another_tarball_is_refused_and_leaves_nothing(tmp_path: Path, cache: Path) -> None:
    tarball(tmp_path / "raw", {f"package/assets/{LION.hexcode}.webp": b"foreign"}, assets.package_of(LION))
    with pytest.raises(AssetError, match="must have the SHA-256"):
        assets.fetch([LION], folder=tmp_path / "raw")
    assert not [path for path in cache.rglob("*") if path.is_file()]


def test_a_link_in_place_of_the_art_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = assets.package_of(LION)
    path = tmp_path / package.file
    with tarfile.open(path, "w:gz") as archive:
        entry = tarfile.TarInfo(f"package/assets/{LION.hexcode}.webp")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/hostname"
        archive.addfile(entry)
    use(monkeypatch, replace(package, sha256=hashlib.sha256(path.read_bytes()).hexdigest()))
    with pytest.raises(AssetError, match="another version"):
        assets.fetch([LION], folder=tmp_path)
    assert not assets.fetched_art(LION).exists()


def test_a_truncated_archive_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = assets.package_of(LION)
    path = tmp_path / package.file
    path.write_bytes(b"\x1f\x8b\x08\x00 not really gzip")
    use(monkeypatch, replace(package, sha256=hashlib.sha256(path.read_bytes()).hexdigest()))
    with pytest.raises(AssetError, match="fetch it again"):
        assets.fetch([LION], folder=tmp_path)


def test_a_folder_without_the_tarball_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match="npm pack @lobehub/fluent-emoji-anim-3@"):
        assets.fetch([LION], folder=tmp_path)


def test_without_npm_the_error_names_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(AssetError, match="--from"):
        assets.fetch([LION])


def test_a_cache_that_cannot_be_made_is_an_asset_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv(assets.CACHE_VARIABLE, str(tmp_path / "file"))
    with pytest.raises(AssetError, match="TEXTREEL_CACHE"):
        assets.fetch([LION], folder=tmp_path)


def test_the_licence_lies_beside_the_packaged_art() -> None:
    licences = (assets.PACKAGED_FOLDER / "LICENCES.md").read_text()
    assert "Microsoft Corporation" in licences
    assert "LobeHub" in licences


@pytest.mark.fetch
def test_npm_delivers_a_package() -> None:
    assert assets.fetch([LION]) == 1
    assert assets.fetched_art(LION).read_bytes().startswith(b"RIFF")
