"""The two players' turns: which network learns, from which loss, when, and how fast."""

import math
from abc import ABC, abstractmethod
from functools import partial
from typing import ClassVar

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from textreel.discriminators import Showing
from textreel.training.configuration import TrainingConfig
from textreel.training.critic import Critic
from textreel.training.losses import ADVERSARIAL_LOSSES, approximated_penalty, gradient_penalty, mismatch_loss
from textreel.training.objectives import Moment, Objective, Painted
from textreel.training.processes import gather


class Phase(ABC):
    """One player's turn; every loss is minimised by the network that learns in it."""

    name: ClassVar[str]
    network: nn.Module
    optimiser: torch.optim.Optimizer

    @abstractmethod
    def active(self, moment: Moment) -> bool:
        """Whether the player has a turn at this step."""

    @abstractmethod
    def learning_rate(self, step: int) -> float:
        """The learning rate of a step."""

    def parameters(self) -> list[nn.Parameter]:
        """Everything that learns in this phase."""
        return [parameter for group in self.optimiser.param_groups for parameter in group["params"]]

    @abstractmethod
    def loss(self, moment: Moment) -> Tensor:
        """The scalar that the network is to make smaller."""


class GeneratorPhase(Phase):
    """The generator learns what its objective compares, and to please the judges as they stand."""

    name = "generator"

    def __init__(
        self,
        config: TrainingConfig,
        objective: Objective,
        critic: Critic,
        fabric: Fabric,
    ) -> None:
        self.config, self.objective, self.critic, self.fabric = config, objective, critic, fabric
        self.network = nn.ModuleList([objective.generator, *objective.companions().values()])
        self.optimiser = torch.optim.Adam(
            objective.parameter_groups(), lr=config.learning_rate, betas=config.betas
        )

    def active(self, moment: Moment) -> bool:
        return True

    def learning_rate(self, step: int) -> float:
        """Linear warm-up, and half a cosine down to the final rate."""
        config = self.config
        cosine = 0.5 * (1 + math.cos(math.pi * min(1.0, step / config.steps)))
        rate = config.final_learning_rate + (config.learning_rate - config.final_learning_rate) * cosine
        return rate * min(1.0, (step + 1) / max(1, config.warmup_steps))

    def loss(self, moment: Moment) -> Tensor:
        """What the objective compares, and the adversarial term."""
        painted = self.objective.paint(moment)
        moment.painted = painted
        moment.numbers |= {f"layers/{name}": value.item() for name, value in painted.losses.items()}
        moment.numbers |= self.diversity(*self.objective.compared(painted, moment.batch))
        total = torch.stack([*painted.losses.values()]).sum()
        return total + moment.game * self.adversarial(moment, painted) if moment.game else total

    def adversarial(self, moment: Moment, painted: Painted) -> Tensor:
        """The game's loss of the generator, summed over the judges."""
        with torch.no_grad():
            sentence = self.critic.read(moment.words)
            real = self.critic(moment.real, sentence)
        fake = self.critic(painted.showing, sentence)
        game = ADVERSARIAL_LOSSES[self.config.adversarial.loss]
        value = torch.stack([game.generator(real[name], fake[name]) for name in fake]).sum()
        moment.numbers["game/generator"] = value.item()
        return value

    def diversity(self, made: Tensor, true: Tensor) -> dict[str, float]:
        """How much the generated clips of a batch differ among themselves, over the same figure of the real ones."""
        made, true = gather(self.fabric, made), gather(self.fabric, true)
        if len(made) < 2:
            return {}
        return {"diversity": (made.std(dim=0).mean() / true.std(dim=0).mean().clamp(min=1e-6)).item()}


class DiscriminatorPhase(Phase):
    """The judges learn to tell real from generated, and right from wrong captions."""

    name = "discriminator"
    network: Critic

    def __init__(self, config: TrainingConfig, critic: Critic) -> None:
        self.options, self.network = config.adversarial, critic
        self.optimiser = torch.optim.Adam(
            critic.parameters(), lr=self.options.learning_rate, betas=self.options.betas
        )

    def active(self, moment: Moment) -> bool:
        return moment.game > 0

    def learning_rate(self, step: int) -> float:
        return self.options.learning_rate

    def loss(self, moment: Moment) -> Tensor:
        """Real against generated, right against wrong caption, and now and then the penalties."""
        assert moment.painted is not None
        options, critic = self.options, self.network
        game = ADVERSARIAL_LOSSES[options.loss]
        fakes = moment.painted.showing.map(Tensor.detach)
        sentence, wrong_sentence = critic.read(moment.words), critic.read(moment.wrong_words)
        real, fake = critic(moment.real, sentence), critic(fakes, sentence)
        wrong = critic(moment.real, wrong_sentence)
        moment.numbers |= judgements(real=real, fake=fake, wrong=wrong)
        terms = [game.discriminator(real[name], fake[name]) for name in real]
        terms += [
            options.mismatch_weight * mismatch_loss(real[name], wrong[name], options.loss) for name in real
        ]
        if options.penalty != "none" and moment.step % options.penalty_every == 0:
            on_real = self.penalty(moment, moment.real, sentence, real)
            on_fakes = self.penalty(moment, fakes, sentence, fake)
            penalty = options.r1_gamma / 2 * on_real + options.r2_gamma / 2 * on_fakes
            moment.numbers["penalty"] = penalty.item()
            terms.append(options.penalty_every * penalty)
        return torch.stack(terms).sum()

    def penalty(
        self, moment: Moment, showing: Showing, sentence: Tensor, logits: dict[str, Tensor]
    ) -> Tensor:
        """Squared gradient norm of the judges at these clips, exact or approximated, summed over the judges."""
        options, values = self.options, []
        for name, judge in self.network.panel.judges.items():
            if options.penalty == "gradient":
                values.append(gradient_penalty(partial(judge, sentence_BD=sentence.detach()), showing))
            else:
                asked = partial(judge, sentence_BD=sentence)
                deviation, noise_like = options.penalty_deviation, moment.chance.normal_like
                values.append(approximated_penalty(asked, logits[name], showing, deviation, noise_like))
        return torch.stack(values).sum()


def judgements(**kinds: dict[str, Tensor]) -> dict[str, float]:
    """Mean logits of each kind of clip, by judge and over the judges."""
    numbers: dict[str, float] = {}
    for kind, logits in kinds.items():
        means = {name: value.detach().mean().item() for name, value in logits.items()}
        numbers |= {f"judged/{name}/{kind}": mean for name, mean in means.items()}
        numbers[f"judged/{kind}"] = sum(means.values()) / len(means)
    return numbers


def game_weight(config: TrainingConfig, step: int) -> float:
    """Weight of the adversarial term: nothing before the game begins, then a linear ramp."""
    options = config.adversarial
    if step < options.start_step:
        return 0.0
    return options.weight * min(1.0, (step - options.start_step + 1) / max(1, options.ramp_steps))
