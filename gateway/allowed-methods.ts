/** Which methods a path takes, so that a wrong one is told from a wrong path. Compiled at the first miss. */
export const createAllowedMethods = (routes: () => readonly { method: string; path: string }[]) => {
  let patterns: { method: string; pattern: RegExp }[] | undefined;
  return (path: string): string[] => {
    patterns ??= routes().map(({ method, path: template }) => ({
      method,
      pattern: new RegExp(`^${template.replace(/:[^/]+/g, "[^/]+")}/?$`),
    }));
    const methods = new Set(patterns.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method));
    if (methods.has("GET")) methods.add("HEAD");
    return [...methods];
  };
};
