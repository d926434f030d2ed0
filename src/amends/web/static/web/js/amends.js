// Everything works without these; they only make it quicker. One module a concern, each begun here.
import { askInPlace } from "./asking.js";
import { keepDrafts } from "./drafts.js";
import { takeFiles } from "./files.js";
import { growLists } from "./growing.js";
import { listenForKeys } from "./keys.js";
import { numberLines } from "./lines.js";
import { completeMentions } from "./mentions.js";
import { orderThings } from "./ordering.js";
import { promiseWhatIsSaid } from "./promising.js";
import { countDown } from "./recalling.js";
import { sendOnce } from "./sending.js";
import { switchTheme } from "./theme.js";
import { renewTimes } from "./times.js";
import { previewTimes } from "./zones.js";

switchTheme();
listenForKeys();
askInPlace();
renewTimes();
previewTimes();
promiseWhatIsSaid();
countDown();
growLists();
numberLines();
completeMentions();
takeFiles();
orderThings();
// After those that listen to what a draft brings back.
keepDrafts();
sendOnce();
