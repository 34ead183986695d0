// Runs a Python file under Pyodide in Node: run_in_node.mjs DISTRIBUTION ROOT FILE ARGUMENTS...
// The folder ROOT is /project there; the exit code is what the Python leaves in `code`.
import { pathToFileURL } from "node:url";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const [distribution, root, file, ...rest] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(distribution, "pyodide.mjs")));
const lockFileURL = join(distribution, "pyodide-lock.json");
const python = await loadPyodide({ indexURL: distribution, packageCacheDir: distribution, lockFileURL });
const packages = Object.keys(JSON.parse(readFileSync(lockFileURL)).packages).filter((name) => name !== "sm-toolkit");
await python.loadPackage(packages, { messageCallback: () => {}, errorCallback: (said) => console.error(said) });
python.FS.mkdir("/project");
python.FS.mount(python.FS.filesystems.NODEFS, { root }, "/project");
python.globals.set("arguments", python.toPy(rest));
await python.runPythonAsync(readFileSync(file, "utf-8"));
process.exit(python.globals.get("code"));
