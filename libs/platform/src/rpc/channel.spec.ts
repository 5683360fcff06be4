import { apiServerChannelOptions } from './channel';

describe('options of a channel to the API server', () => {
  it.each(['127.0.0.1:6443', '[::1]:6443'])('expect the name of all API servers at the address %s', (target) => {
    expect(apiServerChannelOptions(target)).toMatchObject({
      'grpc.ssl_target_name_override': 'kubernetes.default.svc',
    });
  });

  it('expect the name that was dialled where it is one', () => {
    expect(apiServerChannelOptions('api-server:6443')).not.toHaveProperty(['grpc.ssl_target_name_override']);
  });
});
