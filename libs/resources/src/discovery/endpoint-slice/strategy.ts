import { sameValue, specificationChanged, type Strategy } from '@skiff/apimachinery';
import type { discoveryv1 } from '@skiff/contracts';

export const endpointSliceStrategy: Strategy<discoveryv1.EndpointSlice> = {
  /** Labels tell which Service a slice is of. */
  countsGeneration: (object, old) =>
    specificationChanged(object, old) || !sameValue(object.metadata?.labels ?? {}, old.metadata?.labels ?? {}),
};
