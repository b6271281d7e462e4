/** Styles are imported for the bundler, which gathers them in one file. */
declare module "*.css";
