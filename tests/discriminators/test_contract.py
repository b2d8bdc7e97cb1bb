"""One test feeds all discriminators: logits, gradients, and clips judged each by itself."""

import pytest
import torch

from textreel.discriminators import Discriminator, DiscriminatorConfig, DiscriminatorPanel, Showing
from textreel.discriminators.panel import JUDGES

CONFIG = DiscriminatorConfig(sentence=16, channels=(4, 6, 8, 8))


def showing(*, sprites: bool, side: int = 64, frames: int = 3) -> Showing:
    chance = torch.Generator().manual_seed(0)
    clips = torch.rand(2, frames, 3, side, side, generator=chance) * 2 - 1
    return Showing(clips, torch.rand(2, 4, 64, 64, generator=chance) if sprites else None)


@pytest.fixture(params=JUDGES)
def judge(request: pytest.FixtureRequest) -> Discriminator:
    torch.manual_seed(0)
    return JUDGES[request.param](CONFIG)


@pytest.mark.parametrize("sprites", [True, False], ids=["with sprites", "without sprites"])
class TestContract:
    def test_it_gives_one_float32_logit_a_clip(self, judge: Discriminator, sprites: bool) -> None:
        logits = judge(showing(sprites=sprites), torch.randn(2, 16))
        assert logits.shape == (2,) and logits.dtype == torch.float32
        with torch.autocast("cpu", torch.bfloat16):
            assert judge(showing(sprites=sprites), torch.randn(2, 16)).dtype == torch.float32

    def test_it_judges_each_clip_by_itself(self, judge: Discriminator, sprites: bool) -> None:
        shown, sentence = showing(sprites=sprites), torch.randn(2, 16)
        alone = judge(shown.map(lambda part: part[1:]), sentence[1:])
        torch.testing.assert_close(judge(shown, sentence)[1:], alone, atol=1e-5, rtol=1e-4)

    @pytest.mark.parametrize(("side", "frames"), [(32, 2), (64, 4), (128, 1)])
    def test_it_takes_clips_of_any_size(
        self, judge: Discriminator, sprites: bool, side: int, frames: int
    ) -> None:
        logits = judge(showing(sprites=sprites, side=side, frames=frames), torch.randn(2, 16))
        assert torch.isfinite(logits).all()


def test_what_is_shown_and_the_text_both_count(judge: Discriminator) -> None:
    shown = showing(sprites=True).map(lambda part: part.requires_grad_(True))
    sentence = torch.randn(2, 16, requires_grad=True)
    gradients = torch.autograd.grad(
        judge(shown, sentence).sum(), (*shown.parts(), sentence), allow_unused=True
    )
    assert sum(gradient.abs().sum() for gradient in gradients[:-1] if gradient is not None) > 0
    assert gradients[-1].abs().sum() > 0


def test_the_motion_judge_sees_the_order_of_frames() -> None:
    torch.manual_seed(0)
    judge, shown, sentence = JUDGES["motion"](CONFIG), showing(sprites=False), torch.randn(2, 16)
    assert not torch.allclose(judge(shown, sentence), judge(shown.map(lambda part: part.flip(1)), sentence))


def test_the_panel_asks_every_judge() -> None:
    panel = DiscriminatorPanel(CONFIG, ("frame", "sprite"))
    assert list(panel(showing(sprites=True), torch.randn(2, 16))) == ["frame", "sprite"]
    with pytest.raises(ValueError, match="got \\['taste'\\]"):
        DiscriminatorPanel(CONFIG, ("taste",))
