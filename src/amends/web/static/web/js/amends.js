// Everything works without these; they only make it quicker. One module a concern, each begun here.
import { askInPlace } from "./asking.js";
import { copyAddresses } from "./copying.js";
import { keepDrafts } from "./drafts.js";
import { takeFiles } from "./files.js";
import { growLists } from "./growing.js";
import { listenForKeys } from "./keys.js";
import { keepLive } from "./live.js";
import { numberLines } from "./lines.js";
import { completeMentions } from "./mentions.js";
import { askWhoIsLeftOut } from "./omitting.js";
import { orderThings } from "./ordering.js";
import { noticeOut } from "./out.js";
import { openPalette } from "./palette.js";
import { promiseWhatIsSaid } from "./promising.js";
import { followWhoGetsIt } from "./receiving.js";
import { countDown } from "./recalling.js";
import { sendOnce } from "./sending.js";
import { switchTheme } from "./theme.js";
import { renewTimes } from "./times.js";
import { showWhatIsWrong } from "./wrong.js";
import { previewTimes } from "./zones.js";

// Before anything else changes what the server said.
keepLive();
noticeOut();
switchTheme();
listenForKeys();
askInPlace();
copyAddresses();
openPalette();
renewTimes();
previewTimes();
promiseWhatIsSaid();
countDown();
growLists();
numberLines();
completeMentions();
askWhoIsLeftOut();
followWhoGetsIt();
takeFiles();
orderThings();
// After those that listen to what a draft brings back.
keepDrafts();
sendOnce();
showWhatIsWrong();
