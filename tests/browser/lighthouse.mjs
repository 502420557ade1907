// Has Lighthouse judge pages: `node lighthouse.mjs TOOLS CATEGORIES URL…`, as JSON on stdout.
// One browser and one Lighthouse for all, as both take longer to start than to judge a page.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [tools, categories, ...urls] = process.argv.slice(2);
const from = (path) => import(pathToFileURL(join(tools, path)));
const { launch } = await from('chrome-launcher/dist/index.js');
const { default: lighthouse } = await from('lighthouse/core/index.js');
const { pageFunctions } = await from('lighthouse/core/lib/page-functions.js');

// How fast the machine is would be measured for a second on each page, and matters to no category
// but that of speed. The picture of the whole page is for readers of a report.
pageFunctions.computeBenchmarkIndex = () => 1000;
const chromeFlags = [
  '--headless=new', '--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu',
];
const chrome = await launch({ chromeFlags });
const reports = [];
try {
  for (const url of urls) {
    const { lhr } = await lighthouse(url, {
      port: chrome.port,
      onlyCategories: categories.split(','),
      disableFullPageScreenshot: true,
    });
    reports.push(lhr);
  }
} finally {
  chrome.kill();
}
process.stdout.write(JSON.stringify(reports));
