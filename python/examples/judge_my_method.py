"""Scores the edges of every circuit below a folder by gradient times change of activation, and has the scores judged.

    python judge_my_method.py out && raspc report out
"""

import sys, raspc, torch

for circuit in raspc.load_all(sys.argv[1]):
    model, scores = circuit.model, dict.fromkeys(circuit.graph(), 0.0)
    hooks = {name.partition("[")[0] for edge in scores for name in edge}
    for batch in circuit.pairs(200):
        (corrupted, other), gradients = model.run_with_cache(batch.corrupted), {}
        clean, cache = model.run_with_cache(batch.clean)
        save = [(name, lambda value, hook: gradients.update({hook.name: value})) for name in hooks]
        with model.hooks(bwd_hooks=save):
            difference = (clean - batch.take(corrupted)).detach() * batch.counted[..., None]
            (model(batch.clean) * difference).sum().backward()
        def at(tensors: dict[str, torch.Tensor], name: str) -> torch.Tensor:
            hook, _, head = name.partition("[")
            return tensors[hook].detach()[..., int(head[:-1]), :] if head else tensors[hook].detach()
        for source, target in scores:
            change = at(cache, source) - batch.take(at(other, source))
            scores[source, target] += float((change * at(gradients, target)).sum())
    print(circuit.name, circuit.judge(scores, "mine", absolute=True))
