#!/usr/bin/env python3
"""How long the incidents of a Statuspage took, computed apart from the importer.

    independent_durations.py FOLDER

Reads every *.json file of the folder in the shape of Statuspage's API, version 2
({"page": ..., "incident": ...} or a bare incident) and prints JSON: the duration of each
incident in seconds by its id, their median, and the ids without a duration.

An incident lasts from started_at to resolved_at. Where created_at equals resolved_at it
was put on the page afterwards; then it lasts from the first to the last time in bold in
the text of its updates, and with fewer than two different times nobody knows how long.
"""

import datetime
import html.parser
import json
import pathlib
import statistics
import sys


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


class BoldTexts(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.depth = 0
        self.texts = []

    def handle_starttag(self, tag, attributes):
        if tag == "strong":
            self.depth += 1
            self.texts.append("")

    def handle_endtag(self, tag):
        if tag == "strong" and self.depth:
            self.depth -= 1

    def handle_data(self, data):
        if self.depth:
            self.texts[-1] += data


def times_in_words(incident):
    times = []
    for update in incident["incident_updates"]:
        reader = BoldTexts()
        reader.feed(update["body"] or "")
        reader.close()
        for text in reader.texts:
            try:
                time = datetime.datetime.strptime(text.strip(), "%Y-%m-%d %H:%M:%S")
            except ValueError:
                continue
            times.append(time.replace(tzinfo=datetime.timezone.utc))
    return times


def duration(incident):
    if incident["resolved_at"] is None:
        return None
    created, resolved = instant(incident["created_at"]), instant(incident["resolved_at"])
    if created == resolved:
        times = times_in_words(incident)
        if len(set(times)) < 2:
            return None
        return (max(times) - min(times)).total_seconds()
    return (resolved - instant(incident["started_at"])).total_seconds()


def main(folder):
    durations, without = {}, []
    for path in sorted(pathlib.Path(folder).glob("*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        incident = record.get("incident", record)
        seconds = duration(incident)
        if seconds is None:
            without.append(incident["id"])
        else:
            durations[incident["id"]] = seconds
    median = statistics.median(durations.values()) if durations else None
    json.dump({"durations": durations, "median": median, "without": without}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
