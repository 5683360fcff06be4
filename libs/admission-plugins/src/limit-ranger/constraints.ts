import { compareQuantities, quantityToNano, type ResourceList } from '@skiff/apimachinery';

/** One rule of a LimitRange: for what it is, for which resource, and how much. */
export interface Bound {
  /** `Container`, `Pod` or `PersistentVolumeClaim`. */
  readonly type: string;
  readonly resource: string;
  readonly amount: string;
}

/** Why something asks for too little; undefined when it does not. */
export function minimumProblem(
  { type, resource, amount }: Bound,
  requests: ResourceList,
  limits: ResourceList,
): string | undefined {
  const [request, limit] = [requests[resource], limits[resource]];
  const says = `minimum ${resource} usage per ${type} is ${amount}`;
  if (request === undefined) return `${says}.  No request is specified`;
  if (compareQuantities(request, amount) < 0) return `${says}, but request is ${request}`;
  if (limit !== undefined && compareQuantities(limit, amount) < 0) return `${says}, but limit is ${limit}`;
  return undefined;
}

/** Why something may use too much; undefined when it may not. */
export function maximumProblem(
  { type, resource, amount }: Bound,
  requests: ResourceList,
  limits: ResourceList,
): string | undefined {
  const [request, limit] = [requests[resource], limits[resource]];
  const says = `maximum ${resource} usage per ${type} is ${amount}`;
  if (limit === undefined) return `${says}.  No limit is specified`;
  if (compareQuantities(limit, amount) > 0) return `${says}, but limit is ${limit}`;
  if (request !== undefined && compareQuantities(request, amount) > 0) return `${says}, but request is ${request}`;
  return undefined;
}

/** As {@link maximumProblem}, of what has requests alone. */
export function maximumRequestProblem({ type, resource, amount }: Bound, requests: ResourceList): string | undefined {
  const request = requests[resource];
  const says = `maximum ${resource} usage per ${type} is ${amount}`;
  if (request === undefined) return `${says}.  No request is specified`;
  return compareQuantities(request, amount) > 0 ? `${says}, but request is ${request}` : undefined;
}

/** Why a limit is too far above its request; undefined when it is not. */
export function ratioProblem(
  { type, resource, amount }: Bound,
  requests: ResourceList,
  limits: ResourceList,
): string | undefined {
  const request = quantityToNano(requests[resource] ?? '0');
  const limit = quantityToNano(limits[resource] ?? '0');
  const says = `${resource} max limit to request ratio per ${type} is ${amount}`;
  if (request === 0n) return `${says}, but no request is specified or request is 0`;
  if (limit === 0n) return `${says}, but no limit is specified or limit is 0`;
  const ratio = Number(limit) / Number(request);
  return ratio * 1e9 > Number(quantityToNano(amount))
    ? `${says}, but provided ratio is ${ratio.toFixed(6)}`
    : undefined;
}
