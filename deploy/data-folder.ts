import { accessSync, constants, mkdirSync } from "node:fs";
import { join } from "node:path";
import { cannotUseFolder } from "./start-error.ts";

/** The path of a file in the data folder, which is made when it is missing. Throws StartError for one of no use. */
export const inDataFolder = (config: { readonly DATA_DIR: string }, file: string): string => {
  try {
    mkdirSync(config.DATA_DIR, { recursive: true, mode: 0o700 }); // names and phone numbers will be in it
    accessSync(config.DATA_DIR, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw cannotUseFolder(error, config);
  }
  return join(config.DATA_DIR, file);
};
