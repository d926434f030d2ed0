// The customer's page: what they have typed in one of its forms outlives sending another, going on and coming back, for
// as long as the tab is open. Where the page opens no more ([data-gone]), nothing of it stays.
import { forgetAll, keepDrafts } from "./drafts.js";

if (document.querySelector("[data-gone]")) forgetAll(sessionStorage);
else keepDrafts(sessionStorage);
