"""Places out of a network: what words and noise choose, and a world that goes round."""

import pytest
import torch

from textreel.generator.world.places import PlaceGenerator, PlacesConfig
from textreel.nn.noise import Noise, draw_noise
from textreel.nn.picture_code import PictureCode, PictureCodeConfig
from textreel.scene import Named, Place, Scene, Subject

PLACES = ("beach", "kitchen", "park", "street", "underwater")


@pytest.fixture(scope="module")
def places() -> PlaceGenerator:
    torch.manual_seed(0)
    code = PictureCode(PictureCodeConfig(coarse=16, fine=8)).requires_grad_(False)
    config = PlacesConfig(places=PLACES, rows=4, columns=12, map=4, hidden=8, condition=8, blocks=1)
    made = PlaceGenerator(config, code)
    for parameter in made.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return made.requires_grad_(False).eval()


def noise(seed: int = 0) -> Noise:
    return draw_noise(1, torch.Generator().manual_seed(seed))


def test_shapes_and_ranges(places: PlaceGenerator) -> None:
    scene = Scene(place=Place(name="beach"), weather=Named(name="rain"))
    canvas, weather, light, drift = places.paint(scene, noise())
    assert canvas.shape == (1, 3, 64, 192) and canvas.abs().max() <= 1
    assert weather is not None and weather.shape == (1, 4, 128, 128) and weather[:, 3].min() >= 0
    assert light.shape == (1, 3) and (light > 0).all()
    assert drift[0, 1] > 0, "rain falls"


def test_no_weather_comes_indoors(places: PlaceGenerator) -> None:
    _, weather, _, drift = places.paint(
        Scene(place=Place(name="kitchen"), weather=Named(name="rain")), noise()
    )
    assert weather is None and not drift.any()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Scene(place=Place(name="beach")), Scene(place=Place(name="street"))),
        (
            Scene(place=Place(name="park"), time=Named(name="night")),
            Scene(place=Place(name="park"), time=Named(name="day")),
        ),
        (
            Scene(place=Place(name="park"), season=Named(name="winter")),
            Scene(place=Place(name="park"), season=Named(name="summer")),
        ),
    ],
)
def test_what_words_say_changes_the_canvas(places: PlaceGenerator, first: Scene, second: Scene) -> None:
    assert (places.paint(first, noise())[0] - places.paint(second, noise())[0]).abs().mean() > 1e-4


def test_noise_decides_what_no_words_say(places: PlaceGenerator) -> None:
    scene = Scene(place=Place(name="beach"))
    made = [places.paint(scene, noise(seed))[0] for seed in range(4)]
    assert torch.equal(made[0], places.paint(scene, noise(0))[0])
    assert min((made[0] - each).abs().mean() for each in made[1:]) > 1e-3


def test_a_fish_is_shown_in_water(places: PlaceGenerator) -> None:
    fish = Scene(subjects=(Subject(concept="fish"),))
    assert {places.place_of(fish, draw / 10) for draw in range(10)} == {"underwater"}


def test_the_world_goes_round(places: PlaceGenerator) -> None:
    """Turning the map turns the canvas, so that no seam stands anywhere."""
    numbers = [torch.tensor([number]) for number in (0, 0, 0, 0, 0)]
    codes, _ = places.codes(*numbers)
    half = codes.shape[-1] // 2
    turned = places.canvas(codes.roll(half, dims=-1))
    torch.testing.assert_close(turned, places.canvas(codes).roll(8 * half, dims=-1), atol=1e-3, rtol=0)
