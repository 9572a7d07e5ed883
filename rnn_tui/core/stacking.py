"""Stacking: what of a plan can be one call, and so runs faster: products with one vector, then sums and activations."""

from __future__ import annotations

from rnn_tui.core.calls import BEFORE, DURING, STATIC, Block, Value, activation, operation


def stack(order: list[Value]) -> None:
    """Finds what can be one call: products with one vector, then sums and activations over their parts.

    Args:
        order: the values of a plan in the order computed; those that go together are put into blocks.
    """
    _Stacking(order).stack()


class _Stacking:
    def __init__(self, order: list[Value]) -> None:
        self.order = order

    def stack(self) -> None:
        products: dict[tuple[int, str], Block] = {}
        for value in self.sorted_products():
            key = (id(value.operands[1]), value.phase)
            products.setdefault(key, Block("product", value.phase)).add(value)
        for block in products.values():
            if block.phase == DURING:
                self.stack_sums(block)

    def sorted_products(self) -> list[Value]:
        """The products of matrices with vectors, those first whose sum is all that happens to them, by activation."""
        found = [v for v in self.order if operation(v) == "@" and v.operands[0].phase == STATIC != v.phase]
        rank = {id(v): self.rank(v) for v in found}
        kinds = sorted({rank[id(v)] for v in found})
        return [v for kind in kinds for v in found if rank[id(v)] == kind]

    def rank(self, product: Value) -> tuple[int, str]:
        """0 and the activation for the product of a plain gate: activation(early + product); 1 for any other."""
        users = [v for v in self.order if any(o is product for o in v.operands)]
        if len(users) == 1 and self.plain(users[0], product):
            above = [v for v in self.order if any(o is users[0] for o in v.operands)]
            names_ = {operation(v) for v in above if activation(v)}
            return (0, names_.pop()) if len(above) == 1 and len(names_) == 1 else (0, "~")
        return (1, "")

    def plain(self, value: Value, product: Value) -> bool:
        """Whether a value is what needs no state plus a product that does."""
        return (
            operation(value) == "+"
            and value.operands[1] is product
            and value.operands[0].phase == BEFORE
            and value.phase == product.phase == DURING
        )

    def stack_sums(self, products: Block) -> None:
        """Adds all plain gates of a product at once, and squashes runs of them at once."""
        early, sums = Block("side", BEFORE), Block("sum", DURING)
        for product in products.parts:
            user = next((v for v in self.order if any(o is product for o in v.operands)), None)
            if user is None or not self.plain(user, product) or self.rank(product)[0] or user.block is not None:
                break
            if user.operands[0].block is not None:
                break
            early.add(user.operands[0])
            sums.add(user)
        if len(sums.parts) < 2:
            for value in (*early.parts, *sums.parts):
                value.block = None
            return
        sums.left, sums.right = early, products
        self.stack_activations(sums)

    def stack_activations(self, sums: Block) -> None:
        run: Block | None = None
        for part in sums.parts:
            users = [v for v in self.order if any(o is part for o in v.operands)]
            squashed = users[0] if len(users) == 1 and activation(users[0]) else None
            same = run is not None and squashed is not None and operation(run.parts[0]) == operation(squashed)
            if squashed is None or squashed.phase != DURING:
                run = None
            elif same and run is not None:
                run.add(squashed)
            else:
                run = Block("activation", DURING, [], sums, None, part.at)
                run.add(squashed)
        for value in self.order:
            if value.block is not None and value.block.kind == "activation" and len(value.block.parts) < 2:
                value.block = None
