import { Kinds } from '@skiff/contracts';
import { validateEndpointSlice, validateEndpointSliceUpdate } from '../endpoint-slice';
import { pathSegmentNameRule } from '../metadata';
import { validateIngress, validateNetworkPolicy } from '../network';
import { warningsForEndpointSlice, warningsForIngress, warningsForNetworkPolicy } from '../warnings/network';
import { rulesFor } from './rules';

export const networkRules = [
  rulesFor(Kinds.EndpointSlice, {
    create: validateEndpointSlice,
    update: validateEndpointSliceUpdate,
    warnings: warningsForEndpointSlice,
  }),
  rulesFor(Kinds.Ingress, { create: validateIngress, warnings: warningsForIngress }),
  rulesFor(Kinds.NetworkPolicy, { create: validateNetworkPolicy, warnings: warningsForNetworkPolicy }),
  rulesFor(Kinds.IPAddress, { name: pathSegmentNameRule }),
];
