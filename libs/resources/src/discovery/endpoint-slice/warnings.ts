import type { discoveryv1 } from '@skiff/contracts';
import { warningsForAddress } from '../../networking/address-warnings';

export function warningsForEndpointSlice({ addressType, endpoints }: discoveryv1.EndpointSlice): string[] {
  if (addressType === 'FQDN') return ['spec.addressType: FQDN endpoints are deprecated'];
  return (endpoints ?? []).flatMap(({ addresses }, index) =>
    (addresses ?? []).flatMap((address, position) =>
      warningsForAddress(`endpoints[${index}].addresses[${position}]`, address),
    ),
  );
}
