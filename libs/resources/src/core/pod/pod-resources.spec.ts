import { podLimits, podRequests } from './pod-resources';

describe('The resources of a pod', () => {
  it('are those of all containers, or of the largest init container with the sidecars before it', () => {
    const asks = (cpu: string) => ({ resources: { requests: { cpu }, limits: { cpu } } });
    const spec = {
      containers: [asks('1'), asks('500m')],
      initContainers: [asks('1'), { ...asks('250m'), restartPolicy: 'Always' }, asks('2')],
      overhead: { cpu: '100m' },
    };
    expect(podRequests({ spec })).toEqual({ cpu: '2350m' });
    expect(podLimits({ spec }, { overhead: false })).toEqual({ cpu: '2250m' });
    expect(podRequests({ spec: { ...spec, resources: { requests: { cpu: '3' } } } })).toEqual({ cpu: '3100m' });
  });
});
