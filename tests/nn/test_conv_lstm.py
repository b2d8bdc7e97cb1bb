"""The recurrent cell: its state is all it remembers, and stays bounded."""

import torch

from textreel.nn.conv_lstm import ConvLSTMCell

CPU = torch.device("cpu")


def cell() -> ConvLSTMCell:
    torch.manual_seed(0)
    return ConvLSTMCell(4, 8).requires_grad_(False)


def test_the_state_is_explicit() -> None:
    network, inputs = cell(), torch.randn(2, 4, 4, 4)
    state = network.initial_state(2, 4, 4, CPU)
    first, after = network(inputs, state)
    again, _ = network(inputs, state)
    other, _ = network(inputs, after)
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert torch.equal(after.hidden, first)
    assert not state.hidden.any() and not state.cell.any()


def test_a_sequence_is_its_steps_and_can_be_cut_anywhere() -> None:
    network, inputs = cell(), torch.randn(6, 2, 4, 4, 4)
    state = network.initial_state(2, 4, 4, CPU)
    whole = []
    for step in inputs:
        hidden, state = network(step, state)
        whole.append(hidden)
    state = network.initial_state(2, 4, 4, CPU)
    for step in inputs[:3]:
        _, state = network(step, state)
    kept = type(state)(*(part.clone() for part in state))
    for step, hidden in zip(inputs[3:], whole[3:], strict=True):
        made, kept = network(step, kept)
        assert torch.equal(made, hidden)


def test_the_state_stays_bounded_for_ever() -> None:
    network = cell()
    network.gates.weight *= 20
    state = network.initial_state(1, 4, 4, CPU)
    chance = torch.Generator().manual_seed(1)
    largest = []
    for step in range(2000):
        hidden, state = network(3 * torch.randn(1, 4, 4, 4, generator=chance), state)
        assert hidden.abs().max() <= 1
        if step in (999, 1999):
            largest.append(state.cell.abs().max().item())
    assert largest[1] < 2 * largest[0] + 1
    assert largest[1] < 50


def test_the_state_is_float32_under_autocast() -> None:
    network = cell()
    with torch.autocast("cpu", torch.bfloat16):
        hidden, state = network(torch.randn(1, 4, 4, 4), network.initial_state(1, 4, 4, CPU))
    assert hidden.dtype == state.cell.dtype == torch.float32
