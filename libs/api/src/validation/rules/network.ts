import { Kinds } from '@skiff/contracts';
import { validateEndpointSlice, validateEndpointSliceUpdate } from '../endpoint-slice';
import { pathSegmentNameRule } from '../metadata';
import { validateIngress, validateNetworkPolicy } from '../network';
import { rulesFor } from './rules';

export const networkRules = [
  rulesFor(Kinds.EndpointSlice, { create: validateEndpointSlice, update: validateEndpointSliceUpdate }),
  rulesFor(Kinds.Ingress, { create: validateIngress }),
  rulesFor(Kinds.NetworkPolicy, { create: validateNetworkPolicy }),
  rulesFor(Kinds.IPAddress, { name: pathSegmentNameRule }),
];
