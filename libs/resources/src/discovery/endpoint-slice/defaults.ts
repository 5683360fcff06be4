import type { discoveryv1 } from '@skiff/contracts';

export function defaultEndpointSlice(slice: discoveryv1.EndpointSlice): void {
  for (const port of slice.ports ?? []) {
    port.name ??= '';
    port.protocol ??= 'TCP';
  }
}
