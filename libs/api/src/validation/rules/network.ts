import { Kinds } from '@skiff/contracts';
import { validateEndpointSlice, validateEndpointSliceUpdate } from '../endpoint-slice';
import {
  fixedController,
  validateIngress,
  validateIngressClass,
  validateIngressCreate,
  validateIngressStatus,
} from '../ingress';
import { validateNetworkPolicy } from '../network';
import { warningsForEndpointSlice, warningsForIngress, warningsForNetworkPolicy } from '../warnings/network';
import {
  addressName,
  fixedParent,
  validateIPAddress,
  validateServiceRange,
  validateServiceRangeUpdate,
} from '../ranges';
import { also, rulesFor } from './rules';

export const networkRules = [
  rulesFor(Kinds.EndpointSlice, {
    create: validateEndpointSlice,
    update: validateEndpointSliceUpdate,
    warnings: warningsForEndpointSlice,
  }),
  rulesFor(Kinds.Ingress, {
    create: validateIngressCreate,
    update: (ingress, _old, to) => validateIngress(ingress, to),
    subresources: { status: validateIngressStatus },
    warnings: warningsForIngress,
  }),
  rulesFor(Kinds.IngressClass, { create: validateIngressClass, update: also(validateIngressClass, fixedController) }),
  rulesFor(Kinds.NetworkPolicy, { create: validateNetworkPolicy, warnings: warningsForNetworkPolicy }),
  rulesFor(Kinds.IPAddress, {
    name: addressName,
    create: validateIPAddress,
    update: also(validateIPAddress, fixedParent),
  }),
  rulesFor(Kinds.ServiceCIDR, { create: validateServiceRange, update: validateServiceRangeUpdate }),
];
