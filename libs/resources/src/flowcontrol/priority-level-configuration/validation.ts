import { child, type ErrorList, type Validation } from '@skiff/apimachinery';
import type { flowcontrolv1 } from '@skiff/contracts';
import { validateConditions } from '../conditions';
import { keepFixed, mandatoryLevels } from '../mandatory';

const mostQueues = 10_000_000;
/** How many bits of a hash choose a hand. */
const hashBits = 60;

/** Upstream: ValidatePriorityLevelConfiguration in pkg/apis/flowcontrol/validation/validation.go. */
function validateLevel({ metadata, spec = {}, status }: flowcontrolv1.PriorityLevelConfiguration, to: ErrorList): void {
  const name = metadata?.name ?? '';
  const { type = '', exempt, limited } = spec;
  if ((name === 'exempt') !== (type === 'Exempt'))
    to.invalid('spec.type', type, "type must be 'Exempt' if and only if name is 'exempt'");
  if (type === 'Exempt') {
    if (limited) to.forbidden('spec.limited', 'must be nil if the type is not Limited');
    validateShares(exempt ?? {}, 'spec.exempt', to);
  } else if (type === 'Limited') {
    if (exempt) to.forbidden('spec.exempt', 'must be nil if the type is Limited');
    if (limited) validateLimited(limited, 'spec.limited', to);
    else to.required('spec.limited', 'must not be empty when type is Limited');
  } else to.notSupported('spec.type', type, ['Exempt', 'Limited']);
  validateFixed(name, spec, to);
  validateConditions(status?.conditions, to);
}

/** How many seats the exempt level lends is anybody's to say. */
function validateFixed(name: string, spec: flowcontrolv1.PriorityLevelConfigurationSpec, to: ErrorList): void {
  const fixed = mandatoryLevels.get(name);
  if (fixed?.exempt && spec.exempt) keepFixed(name, spec, { ...fixed, exempt: spec.exempt }, to);
  else keepFixed(name, spec, fixed, to);
}

type Shares = Pick<flowcontrolv1.LimitedPriorityLevelConfiguration, 'nominalConcurrencyShares' | 'lendablePercent'>;

function validateShares({ nominalConcurrencyShares, lendablePercent }: Shares, path: string, to: ErrorList): void {
  if ((nominalConcurrencyShares ?? 0) < 0)
    to.invalid(child(path, 'nominalConcurrencyShares'), nominalConcurrencyShares, 'must be a non-negative integer');
  if ((lendablePercent ?? 0) < 0 || (lendablePercent ?? 0) > 100)
    to.invalid(child(path, 'lendablePercent'), lendablePercent, 'must be between 0 and 100, inclusive');
}

function validateLimited(limited: flowcontrolv1.LimitedPriorityLevelConfiguration, path: string, to: ErrorList): void {
  const { limitResponse = {}, borrowingLimitPercent } = limited;
  validateShares(limited, path, to);
  if ((borrowingLimitPercent ?? 0) < 0)
    to.invalid(
      child(path, 'borrowingLimitPercent'),
      borrowingLimitPercent,
      'if specified, must be a non-negative integer',
    );
  const at = child(path, 'limitResponse');
  const { type = '', queuing } = limitResponse;
  if (type === 'Reject') {
    if (queuing) to.forbidden(child(at, 'queuing'), 'must be nil if limited.limitResponse.type is not Limited');
  } else if (type === 'Queue') {
    if (queuing) validateQueuing(queuing, child(at, 'queuing'), to);
    else to.required(child(at, 'queuing'), 'must not be empty if limited.limitResponse.type is Limited');
  } else to.notSupported(child(at, 'type'), type, ['Queue', 'Reject']);
}

function validateQueuing(queuing: flowcontrolv1.QueuingConfiguration, path: string, to: ErrorList): void {
  const { queues = 0, handSize = 0, queueLengthLimit = 0 } = queuing;
  if (queueLengthLimit <= 0) to.invalid(child(path, 'queueLengthLimit'), queueLengthLimit, 'must be positive');
  if (queues <= 0) to.invalid(child(path, 'queues'), queues, 'must be positive');
  else if (queues > mostQueues) to.invalid(child(path, 'queues'), queues, `must not be greater than ${mostQueues}`);
  const problem = handProblem(queues, handSize);
  if (problem !== undefined) to.invalid(child(path, 'handSize'), handSize, problem);
}

function handProblem(queues: number, handSize: number): string | undefined {
  if (handSize <= 0) return 'must be positive';
  if (handSize > queues) return `should not be greater than queues (${queues})`;
  if (entropyBits(queues, handSize) <= hashBits) return undefined;
  return `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${hashBits}`;
}

/** How many bits it takes to choose a hand. Upstream: RequiredEntropyBits in apiserver/pkg/util/shufflesharding. */
const entropyBits = (queues: number, handSize: number): number => Math.ceil(Math.log2(queues) * handSize);

export const priorityLevelConfigurationValidation: Validation<flowcontrolv1.PriorityLevelConfiguration> = {
  create: validateLevel,
  subresources: { status: ({ status }, _, to) => validateConditions(status?.conditions, to) },
};
