// Takes a screenshot of a page: node page.mjs URL FILE.png [WIDTH]
import { chromium } from "playwright-core";

const [url, path, width = "1280"] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.FAROL_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const page = await browser.newPage({ viewport: { width: Number(width), height: 900 } });
await page.goto(url);
await page.screenshot({ path, fullPage: true });
await browser.close();
