"""The peer of benchmarks/networks/run.py: the same networks, one after another, in scikit-learn."""

import time
import warnings
from typing import NamedTuple

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import r2_score
from sklearn.neural_network import MLPRegressor
from threadpoolctl import threadpool_limits

from nuchal.model.generic import MUSCLES
from nuchal.networks.paper.experiment import TrainedNetworks
from nuchal.networks.paper.samples import samples
from nuchal.networks.paper.training import TrainingSettings
from nuchal.report.figures.networks import FOUR

TRIAL_EPOCHS = 2


class Peer(NamedTuple):
    """What scikit-learn came to with the networks of ``FOUR``, all epochs of them."""

    seconds: tuple[float, ...]
    r2: tuple[float, ...]
    threads: int


def with_scikit_learn(found: TrainedNetworks, settings: TrainingSettings, *, cores: int) -> Peer:
    """Train four of the networks: same samples, scaling, sizes, minibatches, Adam and epochs.

    The learning rate begins alike but stays, since scikit-learn has no schedule for Adam; it never
    validates, which would cost it more time. It gets the number of threads that is quicker.
    """
    inputs, forces, _ = samples(found.data)
    scaling = found.networks.scaling
    x = ((inputs - scaling.input_mean) / scaling.input_sd).astype(np.float32)
    y = ((forces - scaling.output_mean) / scaling.output_sd).astype(np.float32)
    rows, epochs = found.split.train, len(found.training.train_loss)

    def fit(muscle: int, count: int, threads: int) -> tuple[float, MLPRegressor]:
        peer = MLPRegressor(
            hidden_layer_sizes=settings.hidden,
            batch_size=min(settings.batch, len(rows)),
            learning_rate_init=settings.learning_rate,
            alpha=0.0,
            max_iter=count,
            tol=0.0,
            n_iter_no_change=count + 1,
            random_state=settings.seed,
        )
        with threadpool_limits(threads), warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            started = time.perf_counter()
            peer.fit(x[rows], y[rows, muscle])
        return time.perf_counter() - started, peer

    chosen = [MUSCLES.index(name) for name in FOUR]
    trials = {n: fit(chosen[0], TRIAL_EPOCHS, n)[0] for n in (cores, 1)}
    threads = min(trials, key=lambda n: trials[n])
    made = [fit(muscle, epochs, threads) for muscle in chosen]
    test = found.split.test
    r2 = [
        float(r2_score(y[test, k], peer.predict(x[test])))
        for k, (_, peer) in zip(chosen, made, strict=True)
    ]
    return Peer(tuple(seconds for seconds, _ in made), tuple(r2), threads)
