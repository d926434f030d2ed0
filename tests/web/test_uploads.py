"""Files on their way in: what is too much is never stored, and the rest of the form arrives."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from amends.web.uploads import MB, MOST_BYTES, MOST_FILES, left_out


def sent(*files):
    request = RequestFactory().post("/", {"before": "words", "files": files})
    return request.POST["before"], [file.name for file in request.FILES.getlist("files")], left_out(request)


def test_what_fits_is_taken():
    assert sent(SimpleUploadedFile("a.txt", b"x" * MB)) == ("words", ["a.txt"], [])


def test_what_is_too_much_is_left_out_and_named_and_the_words_arrive():
    large = SimpleUploadedFile("video.mp4", bytes(MOST_BYTES + MB))

    assert sent(SimpleUploadedFile("a.txt", b"x"), large) == ("words", ["a.txt"], ["video.mp4"])


def test_files_count_together():
    halves = [SimpleUploadedFile(f"{number}.bin", bytes(MOST_BYTES // 2 + MB)) for number in range(3)]

    assert sent(*halves) == ("words", ["0.bin"], ["1.bin", "2.bin"])


def test_no_more_than_so_many_files_are_taken():
    words, taken, rest = sent(*(SimpleUploadedFile(f"{number}.txt", b"x") for number in range(MOST_FILES + 2)))

    assert (words, len(taken), len(rest)) == ("words", MOST_FILES, 2)
