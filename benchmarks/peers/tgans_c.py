"""TGANs-C: To Create What You Tell: Generating Videos from Captions (Pan et al., ACM Multimedia 2017).

**From the paper**, as it is remembered: only its abstract could be read again, so sizes and weights may differ.
A bidirectional LSTM reads the words in their context, an LSTM over it gives the sentence (256 numbers); sentence and
noise (100) are transformed into a clip by 3-D transposed convolutions of 4 x 4 x 4, stride 2, as DCGAN's are in two
dimensions. Three judges, each of which sees the sentence beside its features: of the video (3-D convolutions), of the
frames (2-D), and of motion (the differences between the frame judge's maps of neighbouring frames). The losses are
matching-aware: besides generated clips, a real clip with a wrong caption counts as fake; each judge's loss is the
mean of these three cross-entropies, taken over all frames, or all pairs of neighbours. Here is the variant in which
the coherence of motion is judged, not forced by a distance: the better one of the paper. Weights and optimiser are
DCGAN's: N(0, 0.02), Adam 2e-4, betas 0.5 and 0.999.

**Chosen here.** 64 x 64 pixels instead of 48 x 48; 32 clips a step and half of DCGAN's width, for more steps in the
same time. A clip's length is built into such a generator: it learns from windows as long as the films that are
measured, two seconds (20 or 24 frames instead of 16). Words are GloVe vectors, as for all systems here. Generator and
judges read captions each by an LSTM of their own, and the judges' heads take the sentence down to 64 numbers. The
three losses are averaged. The maps of real frames serve the right and the wrong caption, which saves a pass.
"""

from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence

from peers.captions import Words
from peers.layers import LEAK, START, channels_of, dcgan_weights, frame_features, pictures, volumes
from peers.system import Clips, Setting, System, as_fake, as_real
from textreel.corpora.protocol import Window

SENTENCE, NOISE = 256, 100
HEAD_SENTENCE = 64  # numbers of the sentence beside a judge's features
JUDGES = ("video", "frame", "motion")


class SentenceEncoder(nn.Module):
    """Words -> sentences [B, SENTENCE]."""

    def __init__(self, word_dimensions: int) -> None:
        super().__init__()
        self.context = nn.LSTM(word_dimensions, SENTENCE // 2, batch_first=True, bidirectional=True)
        self.encoder = nn.LSTM(SENTENCE, SENTENCE, batch_first=True)

    def forward(self, words: Words) -> Tensor:
        lengths = words.mask.sum(dim=1).cpu()
        with torch.autocast(words.vectors.device.type, enabled=False):
            packed = pack_padded_sequence(words.vectors, lengths, batch_first=True, enforce_sorted=False)
            contexts: PackedSequence = self.context(packed)[0]
            _, (last, _) = self.encoder(contexts)
        sentence: Tensor = last[0]
        return sentence


class TgansCGenerator(nn.Module):
    """Words -> clips of a fixed length."""

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.sentence = SentenceEncoder(setting.word_dimensions)
        before, *others = channels_of(setting.side, setting.width)
        first, steps = time_steps(setting.film_frames, len(others) + 1)
        self.length = setting.film_frames
        parts: list[nn.Module] = [
            nn.ConvTranspose3d(SENTENCE + NOISE, before, (first, START, START), bias=False),
            nn.BatchNorm3d(before),
            nn.ReLU(inplace=True),
        ]
        for after, step in zip([*others, 3], steps, strict=True):
            kernel = 4 if step == 2 else 3
            parts.append(nn.ConvTranspose3d(before, after, (kernel, 4, 4), (step, 2, 2), 1, bias=after == 3))
            parts += [nn.Tanh()] if after == 3 else [nn.BatchNorm3d(after), nn.ReLU(inplace=True)]
            before = after
        self.paint = nn.Sequential(*parts)

    def forward(self, words: Words) -> Tensor:
        noise = torch.randn(len(words.mean), NOISE).to(words.mean.device)
        codes = torch.cat([self.sentence(words), noise], dim=-1)[..., None, None, None]
        painted: Tensor = self.paint(codes.contiguous(memory_format=torch.channels_last_3d))
        return painted.transpose(1, 2).float()


class MatchingHead(nn.Module):
    """Maps [N, C, START, START] and sentences [N, SENTENCE] -> logits [N]: are they real, and of these words?"""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.words = nn.Sequential(nn.Linear(SENTENCE, HEAD_SENTENCE), nn.LeakyReLU(LEAK, inplace=True))
        self.join = nn.Sequential(
            nn.Conv2d(channels + HEAD_SENTENCE, channels, 1, bias=False),
            nn.BatchNorm2d(channels),
            nn.LeakyReLU(LEAK, inplace=True),
        )
        self.last = nn.Conv2d(channels, 1, START)

    def forward(self, maps_NCHW: Tensor, sentences_ND: Tensor) -> Tensor:
        told = self.words(sentences_ND)[..., None, None].expand(-1, -1, START, START)
        joined = torch.cat([maps_NCHW, told.to(maps_NCHW.dtype)], dim=1)
        logits: Tensor = self.last(self.join(joined.contiguous(memory_format=torch.channels_last))).flatten()
        return logits


class Judges(nn.Module):
    """All three judges, with their own reading of the caption."""

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.sentence = SentenceEncoder(setting.word_dimensions)
        widest = channels_of(setting.side, setting.width)[0]
        self.frames = frame_features(setting.side, setting.width)
        self.video = video_features(setting)
        self.heads = nn.ModuleDict({name: MatchingHead(widest) for name in JUDGES})

    def see(self, frames_BTCHW: Tensor) -> dict[str, Tensor]:
        """The maps [B, M, C, START, START] of each judge: M is 1 clip, T frames, or T - 1 pairs of neighbours."""
        count = frames_BTCHW.shape[1]
        maps = self.frames(pictures(frames_BTCHW)).unflatten(0, (-1, count))
        video = self.video(volumes(frames_BTCHW)).mean(dim=2)
        return {"video": video[:, None], "frame": maps, "motion": maps[:, 1:] - maps[:, :-1]}

    def forward(self, maps: dict[str, Tensor], sentence_BD: Tensor) -> dict[str, Tensor]:
        """Logits [B * M] by judge."""
        return {
            name: self.heads[name](seen.flatten(0, 1), sentence_BD.repeat_interleave(seen.shape[1], dim=0))
            for name, seen in maps.items()
        }


class TgansC(System):
    """See the module's text."""

    name: ClassVar[str] = "tgans-c"
    generator: TgansCGenerator
    judges: Judges

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.generator = TgansCGenerator(setting)
        self.judges = Judges(setting)
        dcgan_weights(self)

    def window(self) -> Window:
        frames = self.setting.film_frames
        return Window(frames=frames, shown=tuple(range(frames)), longest_start_seconds=0.0)

    def paint(self, words: Words, frames: int) -> Tensor:
        """As the base class says; all clips have the length of a film, of which the first frames are given."""
        assert frames <= self.generator.length, (
            f"films have {self.generator.length} frames, asked for {frames}"
        )
        clips: Tensor = self.generator(words)
        return clips[:, :frames]

    def judges_loss(self, clips: Clips, fake_BTCHW: Tensor) -> Tensor:
        judges = self.judges
        right, wrong = judges.sentence(clips.words), judges.sentence(clips.wrong)
        seen = judges.see(clips.frames)
        return matching_loss(judges(seen, right), judges(seen, wrong), judges(judges.see(fake_BTCHW), right))

    def generator_loss(self, clips: Clips, fake_BTCHW: Tensor) -> Tensor:
        logits = self.judges(self.judges.see(fake_BTCHW), self.judges.sentence(clips.words))
        return torch.stack([as_real(logits[name]) for name in JUDGES]).mean()


def matching_loss(real: dict[str, Tensor], wrong: dict[str, Tensor], fake: dict[str, Tensor]) -> Tensor:
    """Real clips are real; real clips of other words are fake, and so are generated ones; the mean over the judges."""
    return torch.stack(
        [(as_real(real[name]) + as_fake(wrong[name]) + as_fake(fake[name])) / 3 for name in JUDGES]
    ).mean()


def time_steps(frames: int, layers: int) -> tuple[int, list[int]]:
    """Frames of the first map, and by how much each layer multiplies them: doublings first, as many as there can be."""
    count = 0
    while count < layers and frames % 2 == 0:
        frames, count = frames // 2, count + 1
    return frames, [2] * count + [1] * (layers - count)


def video_features(setting: Setting) -> nn.Sequential:
    """Clips [B, 3, T, H, W] -> maps [B, C, t, START, START], time halved by every layer while there is any."""
    parts: list[nn.Module] = []
    before, length = 3, setting.film_frames
    for number, after in enumerate(reversed(channels_of(setting.side, setting.width))):
        kernel, stride, padding = (4, 2, 1) if length > 1 else (1, 1, 0)
        parts.append(
            nn.Conv3d(before, after, (kernel, 4, 4), (stride, 2, 2), (padding, 1, 1), bias=not number)
        )
        parts += [nn.BatchNorm3d(after)] if number else []
        parts.append(nn.LeakyReLU(LEAK, inplace=True))
        before, length = after, (length + 2 * padding - kernel) // stride + 1
    return nn.Sequential(*parts)
