import { createHash } from "node:crypto";

export interface Asset {
  readonly contentType: string;
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly gzip: Uint8Array<ArrayBuffer>;
}

export interface ConsoleAssets {
  /** The page, the same at each of the console's paths. */
  readonly page: Asset;
  readonly pageTag: string;
  /** Scripts and styles by file name, which carries a hash of the content. */
  readonly files: ReadonlyMap<string, Asset>;
}

/** Where the page finds its scripts and styles. */
export const ASSETS = "/console/assets";

const assetOf = async (content: Blob, contentType: string): Promise<Asset> => {
  const plain = new Uint8Array(await content.arrayBuffer());
  return { contentType, plain, gzip: Bun.gzipSync(plain, { level: 9 }) };
};

/** Bundles the console out of its sources, in some tens of ms. Throws AggregateError on a source that does not compile. */
export const buildConsole = async (): Promise<ConsoleAssets> => {
  const { outputs } = await Bun.build({
    entrypoints: [`${import.meta.dir}/console/main.tsx`],
    target: "browser",
    minify: true,
    naming: "[name]-[hash].[ext]",
    define: { "process.env.NODE_ENV": '"production"' },
  });
  const files = new Map<string, Asset>();
  for (const output of outputs) {
    files.set(output.path.replace(/^.*\//, ""), await assetOf(output, output.type));
  }
  const html = pageOf([...files.keys()]);
  return {
    page: await assetOf(new Blob([html]), "text/html; charset=utf-8"),
    pageTag: `"${createHash("sha256").update(html).digest("base64url").slice(0, 16)}"`,
    files,
  };
};

const pageOf = (names: readonly string[]): string => {
  const hrefs = (extension: string) =>
    names.filter((name) => name.endsWith(extension)).map((name) => `${ASSETS}/${name}`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<title>Jumun console</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(icon)}">
${hrefs(".css")
  .map((href) => `<link rel="stylesheet" href="${href}">`)
  .join("\n")}
${hrefs(".js")
  .map((href) => `<script type="module" src="${href}"></script>`)
  .join("\n")}
</head>
<body>
<div id="app"></div>
<noscript>The console needs JavaScript. The API does not: see /openapi.</noscript>
</body>
</html>
`;
};

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="7" fill="#12161d"/><path d="M7 7.5v5.2a3.3 3.3 0 0 0 3.3 3.3H15M10.5 7.5H15" fill="none" stroke="#9aa5b5" stroke-width="1.4"/><g fill="#fff"><circle cx="7" cy="7.5" r="2.2"/><circle cx="17" cy="7.5" r="2.2"/><circle cx="17" cy="16" r="2.2"/></g></svg>`;
