"""Runs the transformer in a circuit's folder: its stored weights, and what its outputs mean.

Directions and units that have no weight are left out of products, which compiled transformers have many of.
"""

import json
import math
import os

import numpy as np

from interpreter import Batch

DTYPES = {"F32": np.float32, "F64": np.float64}


def read_safetensors(path):
    with open(path, "rb") as file:
        data = file.read()
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + size])
    body = memoryview(data)[8 + size:]
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            start, end = entry["data_offsets"]
            array = np.frombuffer(body[start:end], dtype=DTYPES[entry["dtype"]])
            tensors[name] = array.reshape(entry["shape"])
    return tensors


def read_value(value):
    return {"inf": math.inf, "-inf": -math.inf}.get(value, value) if isinstance(value, str) else value


class Product:
    """x @ weights + bias, without the rows that are zero, and only for the columns that are not."""

    def __init__(self, weights, bias, dtype):
        self.rows = np.nonzero(np.any(weights != 0, axis=1))[0]
        used = np.any(weights != 0, axis=0)
        if bias is not None:
            used |= bias != 0
        self.columns = np.nonzero(used)[0]
        self.weights = np.ascontiguousarray(weights[np.ix_(self.rows, self.columns)], dtype=dtype)
        self.bias = None if bias is None else bias[self.columns].astype(dtype)
        self.width = weights.shape[1]

    def compact(self, x):
        result = x[..., self.rows] @ self.weights
        return result if self.bias is None else result + self.bias

    def full(self, x):
        result = np.zeros(x.shape[:-1] + (self.width,), dtype=self.weights.dtype)
        result[..., self.columns] = self.compact(x)
        return result

    def add_to(self, residual, x):
        if len(self.columns):
            residual[..., self.columns] += self.compact(x)


def relu(x):
    return np.maximum(x, 0)


def gelu(x):
    """x Phi(x), with the error function by Abramowitz and Stegun, 7.1.26 (off by 1.5e-7 at most)."""
    z = np.abs(x) / math.sqrt(2)
    t = 1 / (1 + 0.3275911 * z)
    tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    erf = np.sign(x) * (1 - tail * np.exp(-z * z))
    return (x * 0.5 * (1 + erf)).astype(x.dtype)


ACTIVATIONS = {"relu": relu, "gelu": gelu}


class Head:
    def __init__(self, weights, layer, head, dtype):
        def part(letter):
            return weights[f"blocks.{layer}.attn.W_{letter}"][head], weights[f"blocks.{layer}.attn.b_{letter}"][head]
        self.query, self.key, self.value = (Product(*part(letter), dtype) for letter in "QKV")
        self.out = Product(weights[f"blocks.{layer}.attn.W_O"][head], None, dtype)
        self.writes = bool(len(self.out.columns))


class Transformer:
    def __init__(self, folder, model="hl", dtype=np.float32):
        with open(os.path.join(folder, f"{model}_model_cfg.json")) as file:
            self.config = json.load(file)
        with open(os.path.join(folder, "vocab.json")) as file:
            vocabulary = json.load(file)
        weights = read_safetensors(os.path.join(folder, f"{model}_model.safetensors"))
        self.dtype = dtype
        self.is_compiled = model == "hl"
        self.is_causal = self.config["attention_dir"] == "causal"
        self.vocabulary = [read_value(v) for v in vocabulary["input"][:-2]]
        self.bos = len(self.vocabulary)
        self.is_numerical = vocabulary["output_kind"] == "numerical"
        self.outputs = [read_value(v) for v in vocabulary["output"]]
        self.layers, self.heads = self.config["n_layers"], self.config["n_heads"]
        self.activation = ACTIVATIONS[self.config["act_fn"]]
        self.scale = 1 / math.sqrt(self.config["d_head"]) if self.config.get("use_attn_scale", True) else 1
        self.embedding = weights["embed.W_E"].astype(dtype)
        self.positions = weights["pos_embed.W_pos"].astype(dtype)
        self.attention = [[Head(weights, l, h, dtype) for h in range(self.heads)] for l in range(self.layers)]
        self.attention_bias = [weights[f"blocks.{l}.attn.b_O"].astype(dtype) for l in range(self.layers)]
        self.into = [self.product(weights, l, "in") for l in range(self.layers)]
        self.out = [self.product(weights, l, "out") for l in range(self.layers)]
        self.unembedding = Product(weights["unembed.W_U"], weights["unembed.b_U"], dtype)

    def product(self, weights, layer, name):
        return Product(weights[f"blocks.{layer}.mlp.W_{name}"], weights[f"blocks.{layer}.mlp.b_{name}"], self.dtype)

    def embed(self, batch):
        """The residual stream at the start: BOS, then the tokens; cells beyond an input's end are masked."""
        ids = np.full((batch.count, batch.span + 1), self.bos, dtype=np.int64)
        ids[:, 1:][batch.present] = batch.ids
        return self.embedding[ids] + self.positions[:batch.span + 1]

    def mask(self, batch):
        """Which keys which queries see."""
        allowed = np.ones((batch.count, 1, batch.span + 1), dtype=bool)
        allowed[:, 0, 1:] = batch.present
        if self.is_causal:
            allowed = allowed & np.tri(batch.span + 1, dtype=bool)
        return np.where(allowed, 0, -np.inf).astype(self.dtype)

    def attend(self, head, mask, for_query, for_key, for_value):
        """What a head moves to each position, before its output weights."""
        scores = (head.query.full(for_query) * self.scale) @ head.key.full(for_key).swapaxes(1, 2) + mask
        scores -= scores.max(axis=2, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=2, keepdims=True)
        return scores @ head.value.full(for_value)

    def logits(self, batch, change=None):
        """`change(layer, head, activation)` sees what each head moves and each MLP's hidden units (head None).

        What it gives is taken in their place.
        """
        residual, mask = self.embed(batch), self.mask(batch)
        for layer in range(self.layers):
            update = []
            for number, head in enumerate(self.attention[layer]):
                if head.writes:
                    moved = self.attend(head, mask, residual, residual, residual)
                    update.append((head.out, change(layer, number, moved) if change else moved))
            for out, moved in update:
                out.add_to(residual, moved)
            residual += self.attention_bias[layer]
            if len(self.into[layer].columns):
                hidden = self.activation(self.into[layer].full(residual))
                if change:
                    hidden = change(layer, None, hidden)
                self.out[layer].add_to(residual, hidden)
        return self.unembedding.full(residual)

    def decode(self, logits, batch):
        """What the logits mean, as one list for all cells of the batch."""
        cells = logits[:, 1:][batch.present]
        if self.is_numerical:
            return cells[:, 0].astype(float).tolist()
        # The compiled transformer writes 1 for a value and nothing for None.
        outputs = self.outputs + [None]
        best = np.where(cells.max(axis=1) < 0.5, -1, cells.argmax(axis=1)) if self.is_compiled else cells.argmax(axis=1)
        return [outputs[i] for i in best.tolist()]

    def run(self, batch, most=4_000_000):
        """Outputs for all cells; large batches in parts."""
        width = max(self.config["d_model"] + self.config["d_mlp"], 1) * (batch.span + 1)
        step = max(1, most // width)
        if batch.count <= step:
            return self.decode(self.logits(batch), batch)
        result = []
        for start in range(0, batch.count, step):
            part = Batch(batch.inputs[start:start + step])
            result += self.decode(self.logits(part), part)
        return result
