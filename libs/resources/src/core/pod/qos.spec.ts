import type { corev1 } from '@skiff/contracts';
import { qosClass } from './qos';

const both = { cpu: '500m', memory: '1Gi' };
const pod = (...resources: corev1.ResourceRequirements[]): corev1.Pod => ({
  spec: { containers: resources.map((each, index) => ({ name: `c${index}`, resources: each })) },
});

describe('The quality of service class of a pod', () => {
  it.each<[string, corev1.Pod, string]>([
    ['nothing asked', pod({}), 'BestEffort'],
    ['zeros asked', pod({ requests: { cpu: '0' }, limits: { memory: '0' } }), 'BestEffort'],
    ['what does not count', pod({ requests: { 'example.com/gpu': '1' } }), 'BestEffort'],
    ['requests alone', pod({ requests: both }), 'Burstable'],
    ['limits alone, which are requested then', pod({ limits: both }), 'Guaranteed'],
    [
      'the same amounts in other words',
      pod({ requests: { cpu: '0.5', memory: '1024Mi' }, limits: both }),
      'Guaranteed',
    ],
    ['fewer than the limits', pod({ requests: { cpu: '100m', memory: '1Gi' }, limits: both }), 'Burstable'],
    ['a limit that does not limit', pod({ limits: { cpu: '0', memory: '1Gi' } }), 'Burstable'],
    ['one container that asks nothing', pod({ limits: both }, {}), 'Burstable'],
  ])('%s: %#', (_, subject, expected) => expect(qosClass(subject)).toBe(expected));

  it('counts init containers', () => {
    const { spec } = pod({ limits: both });
    expect(qosClass({ spec: { ...spec, initContainers: [{ name: 'first' }] } })).toBe('Burstable');
  });

  it('is that of the whole pod where the pod says what it needs', () => {
    const { spec } = pod({});
    expect(qosClass({ spec: { ...spec, resources: { requests: both, limits: both } } })).toBe('Guaranteed');
    expect(qosClass({ spec: { ...spec, resources: { requests: both } } })).toBe('Burstable');
  });
});
