import css from "swagger-ui-dist/swagger-ui.css" with { type: "file" };
import script from "swagger-ui-dist/swagger-ui-bundle.js" with { type: "file" };

/** Paths of Swagger UI's two files. Imported as files, so that a compiled executable carries them along. */
export const swaggerUiCss: string = css;
export const swaggerUiScript: string = script;
