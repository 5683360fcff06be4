import { Kinds } from '@skiff/contracts';
import { changing } from '../../testing/read';

describe('Storage', () => {
  it('classes keep what their volumes were made with', () => {
    expect(changing(Kinds.StorageClass, { provisioner: 'a' }, { provisioner: 'b', parameters: { x: 'y' } })).toEqual([
      'parameters: Forbidden: updates to parameters are forbidden.',
      'provisioner: Forbidden: updates to provisioner are forbidden.',
    ]);
  });
});
