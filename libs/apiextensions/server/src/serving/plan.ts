import { sameValue } from '@skiff/apimachinery';
import type { apiextensionsv1 } from '@skiff/contracts';
import { approvalCondition, conditionOf, withCondition, type DefinitionCondition } from '@skiff/resources';
import { decideNames } from './names';

type Definition = apiextensionsv1.CustomResourceDefinition;

/**
 * A definition with the status that it should have: which of its names are accepted, and whether it is served. The same
 * definition where there is nothing to write.
 *
 * @param others the definitions of its group; it may be one of them.
 * @param now RFC 3339.
 */
export function planStatus(definition: Definition, others: readonly Definition[], now: string): Definition {
  if (definition.metadata?.deletionTimestamp) return definition;
  const { names, conflict } = decideNames(definition, others);
  const before = definition.status?.conditions ?? [];
  let conditions: readonly DefinitionCondition[] = withCondition(
    before,
    conflict
      ? { type: 'NamesAccepted', status: 'False', ...conflict }
      : { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' },
    now,
  );
  const established = establishedCondition(definition, conflict !== undefined);
  if (established) conditions = withCondition(conditions, established, now);
  const approval = approvalCondition(definition);
  if (approval) conditions = withCondition(conditions, approval, now);
  if (conditions === before && sameValue(names, definition.status?.acceptedNames)) return definition;
  return { ...definition, status: { ...definition.status, acceptedNames: names, conditions: [...conditions] } };
}

/** What is served once stays so, whatever becomes of its names. Undefined where nothing changes. */
function establishedCondition(definition: Definition, isRefused: boolean) {
  const type = 'Established';
  const before = conditionOf(definition, type);
  if (before?.status === 'True') return undefined;
  if (isRefused)
    return before ? undefined : { type, status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' };
  return {
    type,
    status: 'True',
    reason: 'InitialNamesAccepted',
    message: 'the initial names have been accepted',
  };
}
