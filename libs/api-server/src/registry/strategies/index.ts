import type { Kind } from '@skiff/contracts';
import type { ApiObject } from '@skiff/apimachinery';
import { signingRequestStrategy } from './certificates';
import { namespaceStrategy, nodeStrategy, secretStrategy } from './core';
import { podStrategy } from './pods';
import { serviceStrategy } from './services';
import { volumeStrategy } from './storage';
import type { Strategy } from './strategy';
import { endpointSliceStrategy, priorityClassStrategy } from './others';
import { daemonSetStrategy, deploymentStrategy, jobStrategy, scalerStrategy } from './workloads';

const strategies = new Map(
  [
    podStrategy,
    serviceStrategy,
    jobStrategy,
    daemonSetStrategy,
    deploymentStrategy,
    endpointSliceStrategy,
    priorityClassStrategy,
    secretStrategy,
    nodeStrategy,
    namespaceStrategy,
    scalerStrategy,
    volumeStrategy,
    signingRequestStrategy,
  ].map(({ message, strategy }) => [message, strategy] as const),
);
const plain: Strategy = {};

/** The strategy of a kind; most need none. */
export function strategyOf<T extends ApiObject>(kind: Kind<T>): Strategy<T> {
  // It was registered for this kind.
  return (strategies.get(kind.message) ?? plain) as Strategy<T>;
}
