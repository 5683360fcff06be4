import { Kinds } from '@skiff/contracts';
import { creating } from '../../testing/read';

it('A limit range has bounds in order', () => {
  const limits = [
    { type: 'Container', min: { cpu: '2' }, max: { cpu: '1' } },
    { type: 'Pod', default: { cpu: '1' }, maxLimitRequestRatio: { cpu: '500m' } },
    { type: 'PersistentVolumeClaim' },
  ];
  const found = creating(Kinds.LimitRange, { spec: { limits } });
  expect(found).toEqual(
    expect.arrayContaining([
      'spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1',
      "spec.limits[1].default: Forbidden: may not be specified when `type` is 'Pod'",
      'spec.limits[1].maxLimitRequestRatio[cpu]: Invalid value: "500m": ratio 500m is less than 1',
      'spec.limits[2].limits: Required value: either minimum or maximum storage value is required, but neither was provided',
    ]),
  );
});
