import type { corev1 } from '@skiff/contracts';
import { duplicate, required, unsupported, type FieldError } from './field-error';
import { validatePortNumber } from './containers';
import { validateLabels } from './metadata';
import { asErrors, labelProblems } from './names';

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const affinities = ['ClientIP', 'None'];
const protocols = ['SCTP', 'TCP', 'UDP'];

export function validateService({ spec }: corev1.Service): FieldError[] {
  const { ports, type, clusterIP, sessionAffinity, selector, externalName } = spec ?? {};
  const errors: FieldError[] = [];
  const headless = clusterIP === 'None';
  if (!ports?.length && !headless && type !== 'ExternalName') errors.push(required('spec.ports'));
  if (type === 'ExternalName' && !externalName) errors.push(required('spec.externalName'));
  const names = new Set<string>();
  for (const [index, port] of (ports ?? []).entries())
    errors.push(...validatePort(port, `spec.ports[${index}]`, (ports ?? []).length > 1, headless, names));
  errors.push(...validateLabels(selector, 'spec.selector'));
  if (sessionAffinity && !affinities.includes(sessionAffinity))
    errors.push(unsupported('spec.sessionAffinity', sessionAffinity, affinities));
  if (type && !types.includes(type)) errors.push(unsupported('spec.type', type, types));
  return errors;
}

function validatePort(
  port: corev1.ServicePort,
  field: string,
  named: boolean,
  headless: boolean,
  names: Set<string>,
): FieldError[] {
  const { name = '' } = port;
  const errors: FieldError[] = [];
  if (named && !name) errors.push(required(`${field}.name`));
  else if (name) {
    errors.push(...asErrors(`${field}.name`, name, labelProblems(name)));
    if (names.has(name)) errors.push(duplicate(`${field}.name`, name));
    names.add(name);
  }
  errors.push(...validatePortNumber(port.port ?? 0, `${field}.port`));
  if (port.protocol && !protocols.includes(port.protocol))
    errors.push(unsupported(`${field}.protocol`, port.protocol, protocols));
  if (!headless || port.targetPort !== port.port) errors.push(...validatePortNumber(port.targetPort, `${field}.targetPort`));
  return errors;
}
