import {
  asPrefix,
  child,
  dns1035Label,
  dns1123Subdomain,
  immutable,
  sameValue,
  type ErrorList,
  type Validation,
} from '@skiff/apimachinery';
import type { apiextensionsv1 } from '@skiff/contracts';
import { approvalAnnotation, approvalCondition } from '../approval';
import { isTrue } from '../conditions';
import { validateConversion } from './conversion';
import { requireNames, validateNames } from './names';
import { isStructural, validateSchema } from './schema';
import { validateColumns, validateDeprecation, validateFields, validateSubresources } from './version';

type Definition = apiextensionsv1.CustomResourceDefinition;
type Spec = apiextensionsv1.CustomResourceDefinitionSpec;
type Version = apiextensionsv1.CustomResourceDefinitionVersion;

/**
 * What definitions are held to.
 * Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go.
 */
export const validation: Validation<Definition> = {
  // Its own is not qualified.
  freeFinalizers: true,
  create(definition, to) {
    validateName(definition, to);
    validateSpec(definition.spec ?? {}, true, to);
    validateStatus(definition, to);
    validateApproval(definition, undefined, to);
    validatePreserving(definition, to);
  },
  update(definition, old, to) {
    const { spec = {} } = definition;
    validateSpec(spec, old.spec?.versions?.every(hasStructure) ?? true, to);
    if (isTrue(old, 'Established')) {
      immutable(spec.scope, old.spec?.scope, 'spec.scope', to);
      immutable(spec.names?.kind, old.spec?.names?.kind, 'spec.names.kind', to);
    }
    immutable(spec.group, old.spec?.group, 'spec.group', to);
    immutable(spec.names?.plural, old.spec?.names?.plural, 'spec.names.plural', to);
    validateStatus(definition, to);
    validateApproval(definition, old, to);
    validatePreserving(definition, to);
  },
  subresources: {
    status: (definition, _, to) => validateNames(definition.status?.acceptedNames, 'status.acceptedNames', to),
  },
};

const hasStructure = ({ schema }: Version): boolean =>
  schema?.openAPIV3Schema === undefined || isStructural(schema.openAPIV3Schema);

const mustBeNamed = 'must be spec.names.plural+"."+spec.group';

function validateName({ metadata, spec }: Definition, to: ErrorList): void {
  const wanted = `${spec?.names?.plural ?? ''}.${spec?.group ?? ''}`;
  const { name = '', generateName = '' } = metadata ?? {};
  if (generateName !== '' && asPrefix(generateName) !== wanted)
    to.invalid('metadata.generateName', generateName, mustBeNamed);
  if (name !== '' && name !== wanted) to.invalid('metadata.name', name, mustBeNamed);
}

function validateSpec(spec: Spec, requiresStructure: boolean, to: ErrorList): void {
  const { group = '', scope = '', names, conversion } = spec;
  const versions = spec.versions ?? [];
  validateGroup(group, to);
  if (scope === '') to.required('spec.scope');
  else if (!['Cluster', 'Namespaced'].includes(scope)) to.notSupported('spec.scope', scope, ['Cluster', 'Namespaced']);
  const parts = new VersionParts(versions, requiresStructure, to);
  for (const [index, version] of versions.entries()) {
    const path = `spec.versions[${index}]`;
    const { name = '', schema } = version;
    if (!schema?.openAPIV3Schema) to.required(`${path}.schema.openAPIV3Schema`);
    validateVersionName(name, `${path}.name`, to);
    validateDeprecation(version, path, to);
    parts.validateOwn(version, path);
  }
  if (new Set(versions.map(({ name }) => name)).size < versions.length)
    to.invalid('spec.versions', shown(versions), 'must contain unique version names');
  if (versions.filter(({ storage }) => storage).length !== 1)
    to.invalid('spec.versions', shown(versions), 'must have exactly one version marked as storage version');
  // Upstream keeps the first of them at a place of its own, too.
  if (versions[0]?.name) validateVersionName(versions[0].name, 'spec.version', to);
  requireNames(names, 'spec.names', to);
  validateNames(names, 'spec.names', to);
  parts.validateCommon('spec');
  validateConversion(conversion, 'spec.conversion', to);
}

function validateGroup(group: string, to: ErrorList): void {
  const problems = dns1123Subdomain(group);
  if (group === '') to.required('spec.group');
  else if (problems.length > 0) to.invalid('spec.group', group, problems.join(','));
  else if (!group.includes('.')) to.invalid('spec.group', group, 'should be a domain with at least one dot');
}

function validateVersionName(name: string, path: string, to: ErrorList): void {
  const problems = dns1035Label(name);
  if (problems.length > 0) to.invalid(path, name, problems.join(','));
}

type Part = 'schema' | 'subresources' | 'additionalPrinterColumns' | 'selectableFields';
const allParts: readonly Part[] = ['schema', 'subresources', 'additionalPrinterColumns', 'selectableFields'];

/** What versions say alike upstream keeps once, and tells what is wrong with it as of all of them. */
class VersionParts {
  private readonly common: ReadonlySet<Part>;

  constructor(
    private readonly versions: readonly Version[],
    private readonly requiresStructure: boolean,
    private readonly to: ErrorList,
  ) {
    const [first, ...others] = versions;
    this.common = new Set(allParts.filter((part) => others.every((other) => sameValue(other[part], first?.[part]))));
  }

  validateOwn(version: Version, path: string): void {
    this.validate(version, path, (part) => !this.common.has(part));
  }

  validateCommon(path: string): void {
    const [first] = this.versions;
    if (first) this.validate(first, path, (part) => this.common.has(part));
  }

  private validate(version: Version, path: string, isMeant: (part: Part) => boolean): void {
    const { to, requiresStructure } = this;
    const schema = version.schema?.openAPIV3Schema;
    if (isMeant('schema') && schema) {
      const at = child(path, this.common.has('schema') ? 'validation' : 'schema');
      const hasStatus = this.versions.some(({ subresources }) => subresources?.status !== undefined);
      validateSchema(schema, child(at, 'openAPIV3Schema'), { hasStatus, requiresStructure }, to);
    }
    if (isMeant('subresources')) validateSubresources(version, path, to);
    if (isMeant('additionalPrinterColumns')) validateColumns(version, path, to);
    if (isMeant('selectableFields')) validateFields(version, path, to);
  }
}

/** Versions as upstream prints them, of which what they say alike stands elsewhere. */
const shown = (versions: readonly Version[]): unknown =>
  versions.map(({ name = '', served = false, storage = false, deprecated = false, deprecationWarning = null }) => ({
    ...{ Name: name, Served: served, Storage: storage, Deprecated: deprecated },
    ...{ DeprecationWarning: deprecationWarning, Schema: null, Subresources: null },
    ...{ AdditionalPrinterColumns: null, SelectableFields: null },
  }));

function validateStatus({ status, spec }: Definition, to: ErrorList): void {
  validateNames(status?.acceptedNames, 'status.acceptedNames', to);
  const path = 'status.storedVersions';
  const stored = status?.storedVersions ?? [];
  if (stored.length === 0) return to.invalid(path, null, 'must have at least one stored version');
  const versions = spec?.versions ?? [];
  for (const { name = '', storage } of versions)
    if (storage && !stored.includes(name)) to.invalid(path, stored, `must have the storage version ${name}`);
  for (const [index, name] of stored.entries())
    if (!versions.some((version) => version.name === name))
      to.invalid(
        `${path}[${index}]`,
        name,
        `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`,
      );
}

/** What was not approved before may stay so. */
function validateApproval(definition: Definition, old: Definition | undefined, to: ErrorList): void {
  const before = old && approvalCondition(old);
  const found = approvalCondition(definition);
  if (!found || (before && before.reason === found.reason)) return;
  const path = `metadata.annotations[${approvalAnnotation}]`;
  if (found.reason === 'MissingAnnotation') to.required(path, found.message);
  if (found.reason === 'InvalidAnnotation')
    to.invalid(path, definition.metadata?.annotations?.[approvalAnnotation], found.message);
}

function validatePreserving({ spec }: Definition, to: ErrorList): void {
  if (spec?.preserveUnknownFields)
    to.invalid(
      'spec.preserveUnknownFields',
      true,
      'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
    );
}
