"""Products of two tensors along any of their axes."""

from dataclasses import replace

import numpy as np

from .errors import Unsupported
from .values import attribute


class Einsum:
    """What a graph does with them: they become products of matrices."""

    def _op_Einsum(self, node):
        terms, out = _labels(node)
        values = [None if name in self.constants else self._made(self.values[name], node) for name in node.input]
        for value, labels in zip(values, terms, strict=True):
            if value is not None and value.records is not None and labels[value.records] not in out:
                raise Unsupported(node, "it mixes records")
        if len(terms) == 1:
            return self._turned(values[0], terms[0], out)
        if len(terms) > 2 or any(label not in out for label in set(terms[0]) ^ set(terms[1])):
            raise Unsupported(node, "it is no product of two tensors")
        if values[1] is None:
            return self._by_constant(node, values[0], terms[0], self.constants[node.input[1]], terms[1], out)
        if values[0] is None:
            return self._by_constant(node, values[1], terms[1], self.constants[node.input[0]], terms[0], out)
        inner = [label for label in terms[0] if label not in out]
        both = [label for label in terms[0] if label in terms[1] and label in out]
        rows, columns = ([one for one in term if one not in inner + both] for term in terms)
        sides = _sides(terms, [value.shape for value in values])
        shapes = [
            [int(np.prod([sides[one] for one in labels])) for labels in part]
            for part in ((both, rows, inner), (both, inner, columns))
        ]
        a, b = (
            replace(value, index=_turn(value.index, term, sum(order, [])).reshape(1, *shape))
            for value, term, order, shape in zip(
                values, terms, ((both, rows, inner), (both, inner, columns)), shapes, strict=True
            )
        )
        labels = both + rows + columns
        product = self._product(node, replace(a, records=0), replace(b, records=0))
        product = replace(product, index=product.index.reshape([sides[one] for one in labels]))
        return self._turned(product, labels, out)

    def _by_constant(self, node, value, labels, constant, others, out):
        if any(label in others and label in out for label in labels):
            raise Unsupported(node, "its constant has an axis that stays one of both")
        inner = [label for label in labels if label in others]
        rows, columns = [one for one in labels if one not in inner], [one for one in others if one not in inner]
        sides = _sides((labels, others), (value.shape, constant.shape))
        size = int(np.prod([sides[one] for one in inner]))
        index = _turn(value.index, labels, rows + inner).reshape(1, -1, size)
        weight = _turn(np.asarray(constant, np.float64), others, columns + inner).reshape(-1, size)
        made = self._dense_everywhere(node, replace(value, index=index, records=0), weight, None)
        made = replace(made, index=made.index.reshape([sides[one] for one in rows + columns]))
        return self._turned(made, rows + columns, out)

    def _turned(self, value, labels, out):
        index = _turn(value.index, labels, out)
        return replace(value, index=index, records=0 if index.ndim and index.shape[0] == 1 else None)


def _turn(array, labels, order):
    return array.transpose([labels.index(one) for one in order])


def _sides(terms, shapes):
    return {
        label: side for term, shape in zip(terms, shapes, strict=True) for label, side in zip(term, shape, strict=True)
    }


def _labels(node):
    """Returns the labels of the inputs' axes, and of the result's."""
    equation = attribute(node, "equation").decode().replace(" ", "")
    given, arrow, out = equation.partition("->")
    terms = [list(term) for term in given.split(",")]
    if not arrow:
        out = "".join(sorted(one for one in set(given) if given.count(one) == 1 and one != ","))
    repeated = any(len(set(term)) != len(term) for term in terms)
    if "." in equation or repeated or len(terms) != len(node.input):
        raise Unsupported(node, f"its equation is {equation}: each axis must have a letter of its own")
    return terms, list(out)
