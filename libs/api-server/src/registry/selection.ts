import {
  compileFieldTerms,
  compileRequirements,
  parseFieldSelector,
  parseLabelSelector,
  readerOf,
  SelectorError,
  badRequest,
  type StatusError,
  type ApiObject,
  type Resource,
} from '@skiff/apimachinery';

/** What a list or watch is limited to. */
export interface Selection {
  /** Absent when everything is selected. */
  readonly matches: ((object: ApiObject) => boolean) | undefined;
  /** The one name that a field selector asks for. */
  readonly name: string | undefined;
}

const everything: Selection = { matches: undefined, name: undefined };

/** Reads label and field selectors; throws BadRequest with upstream's words. */
export function readSelection(
  definition: Resource,
  labelSelector: string | undefined,
  fieldSelector: string | undefined,
): Selection {
  if (!labelSelector && !fieldSelector) return everything;
  try {
    const requirements = labelSelector ? parseLabelSelector(labelSelector) : [];
    const terms = fieldSelector ? parseFieldSelector(fieldSelector) : [];
    for (const { field } of terms) if (!reader(definition, field)) throw unsupported(definition, field);
    const name = terms.find((term) => term.field === 'metadata.name' && term.operator === '=')?.value;
    const labelsMatch = compileRequirements(requirements);
    const fieldsMatch = compileFieldTerms(terms);
    const byLabels = (object: ApiObject): boolean => labelsMatch(object.metadata?.labels);
    const byFields = (object: ApiObject): boolean => fieldsMatch((field) => reader(definition, field)?.(object) ?? '');
    if (terms.length === 0) return { matches: byLabels, name };
    return { matches: labelSelector ? (object) => byLabels(object) && byFields(object) : byFields, name };
  } catch (error) {
    if (error instanceof SelectorError) throw badRequest(error.message);
    throw error;
  }
}

function reader(definition: Resource, field: string): ((object: ApiObject) => string) | undefined {
  if (field === 'metadata.name') return (object) => object.metadata?.name ?? '';
  if (field === 'metadata.namespace') return (object) => object.metadata?.namespace ?? '';
  return definition.selectableFields[field];
}

/** Kinds with fields of their own name themselves in the error; the others use the general words. */
function unsupported(definition: Resource, field: string): StatusError {
  const { kind } = definition;
  const own = Object.keys(definition.selectableFields).length > 0 || readerOf(kind) !== undefined;
  const message =
    own && kind.group !== 'apps'
      ? `field label not supported: ${field}`
      : own
        ? `field label not supported: ${field}`
        : `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`;
  return badRequest(message);
}
