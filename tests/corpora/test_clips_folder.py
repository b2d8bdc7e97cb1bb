"""A folder's words: what is taken, what is left out, and where that is told."""

import json
import os
from pathlib import Path

import pytest
from PIL import Image

from textreel.corpora.clips.cutting import ClipFormat, ClipReader
from textreel.corpora.clips.findings import Finding, in_order, tally
from textreel.corpora.clips.folder import Scan, scan
from textreel.corpora.clips.wordings import PACKAGED_FOLDER, Wordings
from textreel.corpora.clips.words import caption_findings
from textreel.errors import CorpusError, UsageError


def put(folder: Path, *names: str) -> None:
    """Files of these names; a scan never opens clips."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def captions_of(found: Scan) -> dict[str, tuple[str, ...]]:
    return {source.path: source.captions for source in found.sources}


def the(found: Scan, file: str, line: int | None = None) -> Finding:
    """The one finding at a place."""
    (finding,) = [one for one in found.findings if (one.file, one.line) == (file, line)]
    return finding


class TestWordsForClips:
    def test_a_csv_names_clips_in_sub_folders_and_may_give_class_and_group(self, tmp_path: Path) -> None:
        put(tmp_path, "a.mp4", "deep/b.webm")
        text = (
            'file_name,label,group,text\na.mp4,dog,ann,a dog runs\ndeep/b.webm,,,"a cat, a red one, sits"\n'
        )
        (tmp_path / "metadata.csv").write_text(text)
        found = scan(tmp_path)
        assert captions_of(found) == {"a.mp4": ("a dog runs",), "deep/b.webm": ("a cat, a red one, sits",)}
        assert (found.sources[0].label, found.sources[0].group) == ("dog", "ann")
        assert not found.findings

    def test_a_table_in_a_sub_folder_names_clips_relative_to_itself(self, tmp_path: Path) -> None:
        put(tmp_path, "train/a.mp4")
        (tmp_path / "train/metadata.jsonl").write_text(
            '{"file_name": "a.mp4", "text": ["a dog runs", "a dog is running"]}'
        )
        assert captions_of(scan(tmp_path)) == {"train/a.mp4": ("a dog runs", "a dog is running")}

    def test_a_text_beside_a_clip_is_its_caption(self, tmp_path: Path) -> None:
        put(tmp_path, "a.gif", "a.mp4")
        (tmp_path / "a.txt").write_text("\ufeffa dog runs\n", encoding="utf-8")
        assert captions_of(scan(tmp_path)) == {"a.gif": ("a dog runs",), "a.mp4": ("a dog runs",)}

    def test_the_lines_of_a_text_are_one_caption_and_an_empty_line_begins_another(
        self, tmp_path: Path
    ) -> None:
        put(tmp_path, "a.gif", "b.gif")
        (tmp_path / "a.txt").write_text("a dog runs\n\na dog is running\n")
        (tmp_path / "b.txt").write_text("A brown dog runs\nalong the beach while the\nsun goes down.\n")
        found = scan(tmp_path)
        assert captions_of(found) == {
            "a.gif": ("a dog runs", "a dog is running"),
            "b.gif": ("A brown dog runs along the beach while the sun goes down.",),
        }
        assert [one.file for one in found.findings] == ["b.txt"]

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("captions.csv", "path,text\na.mp4,a dog runs\nb.mp4,a cat jumps\n"),
            ("metadata.tsv", "file_name\tcaption\na.mp4\ta dog runs\nb.mp4\ta cat jumps\n"),
            (
                "captions.jsonl",
                '{"video": "a.mp4", "prompt": "a dog runs"}\n{"file": "b.mp4", "text": "a cat jumps"}',
            ),
            (
                "metadata.json",
                '[{"file_name": "a.mp4", "text": "a dog runs"}, {"path": "b.mp4", "text": "a cat jumps"}]',
            ),
            ("metadata.json", '{"a.mp4": ["a dog runs"], "b.mp4": "a cat jumps"}'),
            (
                "captions.json",
                '[{"file_name": "a.mp4", "text": "a dog runs"}, {"path": "b.mp4", "text": "a cat jumps"}]',
            ),
        ],
    )
    def test_tables_of_every_usual_name_are_read(self, tmp_path: Path, name: str, text: str) -> None:
        put(tmp_path, "a.mp4", "b.mp4")
        (tmp_path / name).write_text(text)
        found = scan(tmp_path)
        assert captions_of(found) == {"a.mp4": ("a dog runs",), "b.mp4": ("a cat jumps",)}
        assert not found.findings

    def test_a_list_of_videos_goes_with_the_prompts_beside_it(self, tmp_path: Path) -> None:
        put(tmp_path, "deep/a.mp4", "b.mp4")
        (tmp_path / "videos.txt").write_text("deep/a.mp4\nb.mp4\n")
        (tmp_path / "prompts.txt").write_text("a dog runs\na cat jumps\n")
        found = scan(tmp_path)
        assert captions_of(found) == {"b.mp4": ("a cat jumps",), "deep/a.mp4": ("a dog runs",)}
        assert not found.findings
        (tmp_path / "prompts.txt").write_text("a dog runs\n")
        assert "2 lines, and prompts.txt beside it has 1" in the(scan(tmp_path), "videos.txt").what

    def test_a_table_of_another_name_is_told(self, tmp_path: Path) -> None:
        put(tmp_path, "a.mp4")
        (tmp_path / "list.csv").write_text("file_name,text\na.mp4,a dog runs\n")
        assert "--captions" in the(scan(tmp_path), "list.csv").remedy

    def test_a_folder_of_frames_is_one_clip(self, tmp_path: Path) -> None:
        for clip in ("dog", "deep/cat", "bird"):
            (tmp_path / clip).mkdir(parents=True)
            for number in range(12):
                picture = Image.new("RGB", (24, 16), (20 * number, 0, 0))
                picture.save(tmp_path / clip / f"{number}.png")
        (tmp_path / "metadata.csv").write_text("file_name,text\nbird,a bird flies\n")
        (tmp_path / "dog.txt").write_text("a dog runs")
        (tmp_path / "captions.yaml").write_text("deep/cat: a cat jumps")
        found = scan(tmp_path)
        assert captions_of(found) == {
            "bird": ("a bird flies",),
            "deep/cat": ("a cat jumps",),
            "dog": ("a dog runs",),
        }
        assert [(one.severity, one.file) for one in found.findings] == [("note", "")]
        (piece,) = ClipReader(tmp_path / "dog", ClipFormat(size=16, fps=12)).pieces()
        assert piece.frames[:, 0, 0, 0].tolist() == [20 * number for number in range(12)]

    def test_numbered_strips_are_clips_each(self, tmp_path: Path) -> None:
        (tmp_path / "dog").mkdir()
        for number in range(3):
            Image.new("RGB", (160, 16)).save(tmp_path / f"dog/{number}.png")
        (tmp_path / "captions.yaml").write_text("dog: a dog runs")
        assert len(scan(tmp_path).sources) == 3

    @pytest.mark.parametrize("name", ["captions.yaml", "captions.json"])
    def test_captions_by_folder_go_to_clips_without_words_of_their_own(
        self, tmp_path: Path, name: str
    ) -> None:
        put(tmp_path, "0/a.png", "0/deep/b.png", "no/c.png")
        (tmp_path / "0/a.txt").write_text("the first one moves")
        (tmp_path / name).write_text('{"0": "a box moves", "no": ["a box falls", "a falling box"]}')
        found = scan(tmp_path)
        assert captions_of(found) == {
            "0/a.png": ("the first one moves",),
            "0/deep/b.png": ("a box moves",),
            "no/c.png": ("a box falls", "a falling box"),
        }
        assert [source.label for source in found.sources] == ["0", "0", "no"]

    def test_the_first_of_two_captions_is_kept(self, tmp_path: Path) -> None:
        put(tmp_path, "a.mp4")
        (tmp_path / "metadata.csv").write_text(
            "file_name,text\na.mp4,a dog runs\na.mp4,a cat sits\na.mp4,a dog runs\n"
        )
        (tmp_path / "a.txt").write_text("a bird flies")
        found = scan(tmp_path)
        assert captions_of(found) == {"a.mp4": ("a dog runs",)}
        assert the(found, "metadata.csv", 3).severity == the(found, "a.txt").severity == "warning"
        assert the(found, "metadata.csv", 4).severity == "note"
        assert "metadata.csv:2" in the(found, "a.txt").what

    def test_a_clip_without_caption_is_left_out(self, tmp_path: Path) -> None:
        put(tmp_path, "a.mp4")
        found = scan(tmp_path)
        assert not found.sources
        assert the(found, "a.mp4").severity == "error"

    def test_numbered_files_form_groups(self, tmp_path: Path) -> None:
        put(tmp_path, "0/007.png", "0/008.png", "0/x.png")
        (tmp_path / "captions.yaml").write_text("files_per_group: 8\nfolders: {0: a box moves}\n")
        assert [source.group for source in scan(tmp_path).sources] == ["0", "1", ""]

    def test_captions_may_be_kept_elsewhere(self, tmp_path: Path) -> None:
        put(tmp_path, "clips/0/a.png")
        (tmp_path / "words.yaml").write_text("0: a box moves")
        (tmp_path / "words.csv").write_text("file_name,text\n0/a.png,a box falls\n")
        assert captions_of(scan(tmp_path / "clips", str(tmp_path / "words.yaml"))) == {
            "0/a.png": ("a box moves",)
        }
        assert captions_of(scan(tmp_path / "clips", str(tmp_path / "words.csv"))) == {
            "0/a.png": ("a box falls",)
        }

    def test_captions_of_a_folder_that_holds_no_clips_are_told(self, tmp_path: Path) -> None:
        put(tmp_path, "0/a.png")
        (tmp_path / "captions.yaml").write_text("0: a box moves\n1: a box falls\n")
        assert "folder 1" in the(scan(tmp_path), "captions.yaml").what


class TestTrouble:
    @pytest.mark.parametrize(
        ("line", "severity", "word"),
        [
            (b"a.mp4", "error", "1 of the 2 columns"),
            (b"a.mp4,", "error", "empty"),
            (b"a.mp4,...", "error", "no words"),
            (b"a.mp4,nan", "error", "word for nothing"),
            (b'a.mp4,"sks_dog, running, beach, sunset, best quality, 8k"', "warning", "list of tags"),
            (b"a.mp4," + b"word " * 500, "error", "too long"),
            (b"a.mp4," + b"a dog runs " * 100, "warning", "has 300 words"),
            (b"gone.mp4,a dog runs", "error", "missing"),
            (b"../a.mp4,a dog runs", "error", "outside"),
            (b"/etc/passwd,a dog runs", "error", "outside"),
            (b"tune.mp3,a dog barks", "error", "sound file"),
            (b"a.txt,a dog runs", "error", "no kind of clip"),
            (b"a.mp4,caf\xe9", "error", "0xe9 at column 10"),
            (b'a.mp4,"a dog runs', "error", "quotation mark"),
            (b"a.mp4,a dog, a brown one, runs", "warning", "more than columns"),
            ("a.mp4,собака бежит".encode(), "warning", "Latin script"),
            (b"a.mp4,hunden springer over stranden", "warning", "English"),
        ],
    )
    def test_each_is_told_with_its_line_and_harms_no_other(
        self, tmp_path: Path, line: bytes, severity: str, word: str
    ) -> None:
        put(tmp_path, "a.mp4", "b.mp4", "a.txt", "tune.mp3")
        (tmp_path / "a.txt").write_text("a dog runs")
        table = b"file_name,text\n" + line + b'\nb.mp4,"a ""red"" box moves"\n'
        (tmp_path / "metadata.csv").write_bytes(table)
        found = scan(tmp_path)
        finding = next(one for one in found.findings if (one.file, one.line) == ("metadata.csv", 2))
        assert finding.severity == severity
        assert word in finding.what
        assert captions_of(found)["b.mp4"] == ('a "red" box moves',)

    def test_an_unquoted_comma_is_put_back(self, tmp_path: Path) -> None:
        put(tmp_path, "a.mp4")
        (tmp_path / "metadata.csv").write_text("file_name,text\na.mp4,a dog, a brown one, runs\n")
        assert captions_of(scan(tmp_path)) == {"a.mp4": ("a dog, a brown one, runs",)}

    def test_a_caption_over_two_lines_keeps_the_line_numbers_right(self, tmp_path: Path) -> None:
        put(tmp_path, "a.mp4")
        (tmp_path / "metadata.csv").write_text('file_name,text\na.mp4,"a dog\nruns"\ngone.mp4,a cat\n')
        found = scan(tmp_path)
        assert captions_of(found) == {"a.mp4": ("a dog runs",)}
        assert "missing" in the(found, "metadata.csv", 4).what

    @pytest.mark.parametrize("table", ["", "a.mp4,a dog runs\n", "name;words\n"])
    def test_a_csv_needs_its_first_line(self, tmp_path: Path, table: str) -> None:
        put(tmp_path, "a.mp4")
        (tmp_path / "metadata.csv").write_text(table)
        assert [one.severity for one in scan(tmp_path).findings if one.file == "metadata.csv"] == ["error"]

    def test_semicolons_and_utf_16_are_read(self, tmp_path: Path) -> None:
        put(tmp_path, "a.mp4")
        (tmp_path / "metadata.csv").write_text(
            "file_name;text\na.mp4;a dog, a red one, runs\n", encoding="utf-16"
        )
        found = scan(tmp_path)
        assert captions_of(found) == {"a.mp4": ("a dog, a red one, runs",)}
        assert tally(found.findings) == {"error": 0, "warning": 0, "note": 2}

    @pytest.mark.parametrize("line", ["{", "[]", '{"file_name": "a.mp4"}', '{"file_name": 3, "text": "a"}'])
    def test_a_bad_json_line_is_told(self, tmp_path: Path, line: str) -> None:
        put(tmp_path, "a.mp4")
        good = json.dumps({"file_name": "a.mp4", "caption": "a dog runs"})
        (tmp_path / "metadata.jsonl").write_text(f"{line}\n{good}\n")
        found = scan(tmp_path)
        assert the(found, "metadata.jsonl", 1).severity == "error"
        assert captions_of(found) == {"a.mp4": ("a dog runs",)}

    def test_what_is_no_file_is_told_and_not_opened(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.mp4")
        os.symlink("circle.mp4", tmp_path / "circle.mp4")
        found = {finding.file: finding.what for finding in scan(tmp_path).findings}
        assert found == {"pipe.mp4": "a pipe and no file", "circle.mp4": "a link that leads nowhere"}

    def test_links_out_of_the_folder_are_refused(self, tmp_path: Path) -> None:
        put(tmp_path, "out/a.mp4", "in/b.mp4")
        for name, target in [
            ("a.mp4", "../out/a.mp4"),
            ("all", "../out"),
            ("gone.mp4", "nothing"),
            ("c.mp4", "b.mp4"),
        ]:
            os.symlink(target, tmp_path / "in" / name)
        rows = "".join(f"{name},a dog runs\n" for name in ("a.mp4", "b.mp4", "c.mp4", "gone.mp4"))
        (tmp_path / "in/metadata.csv").write_text("file_name,text\n" + rows)
        found = scan(tmp_path / "in")
        assert list(captions_of(found)) == ["b.mp4", "c.mp4"]
        assert found.sources[1].group == "b.mp4"  # held out together with what it leads to
        assert {one.file: one.severity for one in found.findings} == dict.fromkeys(
            ("a.mp4", "all", "gone.mp4"), "error"
        )

    def test_what_cannot_be_a_corpus_is_a_usage_error(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="none at"):
            scan(tmp_path / "nothing")
        with pytest.raises(UsageError, match="actions, shapes"):
            scan(tmp_path, "nonsense")

    @pytest.mark.parametrize(
        "text",
        [
            "[a, b]",
            "a: {b: c}",
            "a: [",
            "files_per_group: x\nfolders: {a: b c}",
            "files_per_group: " + "9" * 6000 + "\nfolders: {a: b c}",
        ],
    )
    def test_broken_captions_by_folder_are_a_corpus_error(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "captions.yaml").write_text(text)
        with pytest.raises(CorpusError, match=r"captions\.yaml"):
            scan(tmp_path)


def test_findings_stand_in_order_of_weight_and_place() -> None:
    made = [
        Finding(severity=severity, file=file, line=line, what="w", remedy="r")
        for severity, file, line in [
            ("note", "a", 1),
            ("error", "", None),
            ("error", "b", 2),
            ("error", "b", 1),
        ]
    ]
    assert [one.place for one in in_order(made)] == ["b:1", "b:2", "the corpus", "a:1"]


@pytest.mark.parametrize("name", ["actions", "shapes"])
def test_the_packaged_captions_are_fine_sentences_that_differ(name: str) -> None:
    wordings = Wordings.load(PACKAGED_FOLDER / f"{name}.yaml")
    every = [caption for captions in wordings.folders.values() for caption in captions]
    assert len(set(every)) == len(every) == 8 * len(wordings.folders)
    assert not [finding for caption in every for finding in caption_findings(caption, name, None)]
