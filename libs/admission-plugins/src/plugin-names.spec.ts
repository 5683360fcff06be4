import { admissionPluginProblems, knownPlugins, selectPlugins } from './plugin-names';

describe('The choice of admission plugins', () => {
  it('is upstream’s default set in upstream’s order', () => {
    const names = selectPlugins({ enable: [], disable: [] });
    expect(names.slice(0, 2)).not.toContain('AlwaysPullImages');
    expect(names).toEqual(knownPlugins.filter((name) => names.includes(name)));
    expect(names).toEqual(expect.arrayContaining(['NamespaceLifecycle', 'ServiceAccount', 'CertificateApproval']));
    expect(names).not.toContain('DenyServiceExternalIPs');
  });

  it('adds and leaves out by name', () => {
    const names = selectPlugins({
      enable: ['AlwaysPullImages'],
      disable: ['ServiceAccount', 'MutatingAdmissionWebhook'],
    });
    expect(names).toContain('AlwaysPullImages');
    expect(names).not.toContain('ServiceAccount');
    expect(names.indexOf('AlwaysPullImages')).toBeLessThan(names.indexOf('Priority'));
  });

  it('names what it does not know, and what is asked for and refused at once', () => {
    const problems = admissionPluginProblems({
      enable: ['Nope', 'Priority', 'AlwaysAdmit'],
      disable: ['Neither', 'Priority'],
    });
    expect(problems).toEqual([
      'enable-admission-plugins plugin "Nope" is unknown',
      'disable-admission-plugins plugin "Neither" is unknown',
      'enable-admission-plugins plugin "AlwaysAdmit" is not available',
      'Priority in enable-admission-plugins and disable-admission-plugins overlapped',
    ]);
    expect(() => selectPlugins({ enable: ['Nope'], disable: [] })).toThrow('plugin "Nope" is unknown');
  });
});
