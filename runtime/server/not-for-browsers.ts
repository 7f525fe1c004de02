/** What a bundler gets when browser code imports the server's door. */
throw new Error('"rocket-io" is the server: browser code imports "rocket-io/client"');
