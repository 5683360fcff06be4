import type { corev1 } from '@skiff/contracts';
import { jsonFields } from '../schema/schema';
import { duplicate, forbidden, required, unsupported, type FieldError } from './field-error';
import { validateContainers } from './containers';
import { validateLabels } from './metadata';
import { asErrors, labelProblems } from './names';

const restartPolicies = ['Always', 'OnFailure', 'Never'];
const dnsPolicies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];

/** The rules of a pod's specification, wherever one stands. */
export function validatePodSpec(spec: corev1.PodSpec | undefined, field: string): FieldError[] {
  const { containers, initContainers, volumes, restartPolicy, dnsPolicy } = spec ?? {};
  const errors = validateVolumes(volumes ?? [], `${field}.volumes`, spec);
  const names = new Set((volumes ?? []).map(({ name = '' }) => name));
  if (!containers?.length) errors.push(required(`${field}.containers`));
  const taken = new Set<string>();
  errors.push(...validateContainers(containers ?? [], names, `${field}.containers`, taken));
  errors.push(...validateContainers(initContainers ?? [], names, `${field}.initContainers`, taken));
  if (!restartPolicy) errors.push(required(`${field}.restartPolicy`));
  else if (!restartPolicies.includes(restartPolicy))
    errors.push(unsupported(`${field}.restartPolicy`, restartPolicy, restartPolicies));
  if (dnsPolicy && !dnsPolicies.includes(dnsPolicy)) errors.push(unsupported(`${field}.dnsPolicy`, dnsPolicy, dnsPolicies));
  errors.push(...validateLabels(spec?.nodeSelector, `${field}.nodeSelector`));
  return errors;
}

function validateVolumes(
  volumes: readonly corev1.Volume[],
  field: string,
  spec: corev1.PodSpec | undefined,
): FieldError[] {
  const names = new Set<string>();
  return volumes.flatMap((volume, index) => {
    const at = `${field}[${index}]`;
    const { name = '' } = volume;
    const errors = validateSource(volume, at, spec);
    if (!name) errors.push(required(`${at}.name`));
    else errors.push(...asErrors(`${at}.name`, name, labelProblems(name)));
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    names.add(name);
    return errors;
  });
}

function validateSource(volume: corev1.Volume, field: string, spec: corev1.PodSpec | undefined): FieldError[] {
  const fields = [...jsonFields('k8s.io.api.core.v1.Volume').values()].filter(({ name }) => name !== 'name');
  const known = fields.sort((a, b) => a.number - b.number).map(({ name }) => name);
  const values = volume as Readonly<Record<string, unknown>>;
  const given = known.filter((name) => values[name] !== undefined);
  const errors = given
    .slice(1)
    .map((name) => forbidden(`${field}.${name}`, 'may not specify more than 1 volume type'));
  if (given.length === 0) errors.push(required(field, 'must specify a volume type'));
  for (const [index, source] of (volume.projected?.sources ?? []).entries())
    if (source.serviceAccountToken && !spec?.serviceAccountName)
      errors.push(
        forbidden(
          `${field}.projected.sources[${index}].serviceAccountToken`,
          'must not be specified when serviceAccountName is not set',
        ),
      );
  return errors;
}
