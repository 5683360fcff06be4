import { Kinds } from '@skiff/contracts';
import { specificationChanged } from '../metadata';
import { sameValue } from '@skiff/apimachinery';
import { strategyFor } from './strategy';

export const endpointSliceStrategy = strategyFor(Kinds.EndpointSlice, {
  /** Labels tell which Service a slice is of. */
  counts: (object, old) =>
    specificationChanged(object, old) || !sameValue(object.metadata?.labels ?? {}, old.metadata?.labels ?? {}),
});

export const priorityClassStrategy = strategyFor(Kinds.PriorityClass, {
  /** It is of its first generation for ever. */
  counts: () => false,
});
