; Walks particles along the grid, $lanes at a time. A particle's numbers are gathered from the arrays of all particles and
; people into rows of lanes, and scattered back at the end. The last particles share their lanes with copies of the last one.

define internal void @gather(ptr %to, ptr %from, ptr %index, i64 %stride, i64 %width) #0 {
  %some = icmp sgt i64 %width, 0
  br i1 %some, label %lane, label %done
lane:
  %l = phi i64 [ 0, %0 ], [ %l.next, %lane.done ]
  %i.at = getelementptr inbounds i64, ptr %index, i64 %l
  %i = load i64, ptr %i.at
  %skip = mul i64 %i, %stride
  %row = getelementptr inbounds double, ptr %from, i64 %skip
  %column = getelementptr inbounds double, ptr %to, i64 %l
  br label %each
each:
  %s = phi i64 [ 0, %lane ], [ %s.next, %each ]
  %value.at = getelementptr inbounds double, ptr %row, i64 %s
  %value = load double, ptr %value.at
  %down = mul i64 %s, $lanes
  %place = getelementptr inbounds double, ptr %column, i64 %down
  store double %value, ptr %place
  %s.next = add i64 %s, 1
  %more = icmp slt i64 %s.next, %width
  br i1 %more, label %each, label %lane.done
lane.done:
  %l.next = add i64 %l, 1
  %again = icmp slt i64 %l.next, $lanes
  br i1 %again, label %lane, label %done
done:
  ret void
}

define internal void @scatter(ptr %from, ptr %to, ptr %index, i64 %stride, i64 %width) #0 {
  %some = icmp sgt i64 %width, 0
  br i1 %some, label %lane, label %done
lane:
  %l = phi i64 [ 0, %0 ], [ %l.next, %lane.done ]
  %i.at = getelementptr inbounds i64, ptr %index, i64 %l
  %i = load i64, ptr %i.at
  %skip = mul i64 %i, %stride
  %row = getelementptr inbounds double, ptr %to, i64 %skip
  %column = getelementptr inbounds double, ptr %from, i64 %l
  br label %each
each:
  %s = phi i64 [ 0, %lane ], [ %s.next, %each ]
  %down = mul i64 %s, $lanes
  %place = getelementptr inbounds double, ptr %column, i64 %down
  %value = load double, ptr %place
  %value.at = getelementptr inbounds double, ptr %row, i64 %s
  store double %value, ptr %value.at
  %s.next = add i64 %s, 1
  %more = icmp slt i64 %s.next, %width
  br i1 %more, label %each, label %lane.done
lane.done:
  %l.next = add i64 %l, 1
  %again = icmp slt i64 %l.next, $lanes
  br i1 %again, label %lane, label %done
done:
  ret void
}

define internal void @who(ptr %particles, ptr %people, ptr %owner, i64 %first, i64 %count) #0 {
  %last = sub i64 %count, 1
  br label %lane
lane:
  %l = phi i64 [ 0, %0 ], [ %l.next, %lane ]
  %asked = add i64 %first, %l
  %inside = icmp slt i64 %asked, %last
  %n = select i1 %inside, i64 %asked, i64 %last
  %particle = getelementptr inbounds i64, ptr %particles, i64 %l
  store i64 %n, ptr %particle
  %owner.at = getelementptr inbounds i64, ptr %owner, i64 %n
  %i = load i64, ptr %owner.at
  %person = getelementptr inbounds i64, ptr %people, i64 %l
  store i64 %i, ptr %person
  %l.next = add i64 %l, 1
  %again = icmp slt i64 %l.next, $lanes
  br i1 %again, label %lane, label %done
done:
  ret void
}

define void @begin(i64 %count, ptr %x, ptr %noise, ptr %owner, ptr %constants, ptr %start, ptr %series, i64 %times,
    ptr %normals) #0 {
  %w = alloca i8, i64 $bytes, align 64
  %particles = alloca i64, i64 $lanes
  %people = alloca i64, i64 $lanes
  %w.x = getelementptr inbounds i8, ptr %w, i64 $x_at
  %w.noise = getelementptr inbounds i8, ptr %w, i64 $noise_at
  %w.constants = getelementptr inbounds i8, ptr %w, i64 $constants_at
  %w.normal = getelementptr inbounds i8, ptr %w, i64 $normal_at
  %w.first = getelementptr inbounds i8, ptr %w, i64 $first_at
  %stride = mul i64 %times, $series
  br label %group
group:
  %n = phi i64 [ 0, %0 ], [ %n.next, %group ]
  call void @who(ptr %particles, ptr %people, ptr %owner, i64 %n, i64 %count)
  call void @gather(ptr %w.x, ptr %start, ptr %people, i64 $states, i64 $states)
  call void @gather(ptr %w.constants, ptr %constants, ptr %people, i64 $constants, i64 $constants)
  call void @gather(ptr %w.first, ptr %series, ptr %people, i64 %stride, i64 $series)
  call void @gather(ptr %w.normal, ptr %normals, ptr %particles, i64 $noises, i64 $noises)
  call void @start(ptr %w, ptr %w.first)
  call void @scatter(ptr %w.x, ptr %x, ptr %particles, i64 $carried, i64 $carried)
  call void @scatter(ptr %w.noise, ptr %noise, ptr %particles, i64 $noises, i64 $noises)
  %n.next = add i64 %n, $lanes
  %more = icmp slt i64 %n.next, %count
  br i1 %more, label %group, label %done
done:
  ret void
}

define void @march(i64 %count, ptr %x, ptr %noise, ptr %owner, ptr %constants, ptr %series, i64 %times, ptr %hours,
    ptr %moves, i64 %first, i64 %last, ptr %normals, i64 %blocks, ptr %keep, ptr %out, i64 %kept) #0 {
  %w = alloca i8, i64 $bytes, align 64
  %particles = alloca i64, i64 $lanes
  %people = alloca i64, i64 $lanes
  %w.x = getelementptr inbounds i8, ptr %w, i64 $x_at
  %w.noise = getelementptr inbounds i8, ptr %w, i64 $noise_at
  %w.constants = getelementptr inbounds i8, ptr %w, i64 $constants_at
  %w.normal = getelementptr inbounds i8, ptr %w, i64 $normal_at
  %w.shown = getelementptr inbounds i8, ptr %w, i64 $shown_at
  %w.first = getelementptr inbounds i8, ptr %w, i64 $first_at
  %w.second = getelementptr inbounds i8, ptr %w, i64 $second_at
  %series.stride = mul i64 %times, $series
  %normal.stride = mul i64 %blocks, $noises
  %out.stride = mul i64 %kept, $scores
  %first.skip = mul i64 %first, $series
  %first.series = getelementptr inbounds double, ptr %series, i64 %first.skip
  br label %group

group:
  %n = phi i64 [ 0, %0 ], [ %n.next, %group.done ]
  call void @who(ptr %particles, ptr %people, ptr %owner, i64 %n, i64 %count)
  call void @gather(ptr %w.x, ptr %x, ptr %particles, i64 $carried, i64 $carried)
  call void @gather(ptr %w.noise, ptr %noise, ptr %particles, i64 $noises, i64 $noises)
  call void @gather(ptr %w.constants, ptr %constants, ptr %people, i64 $constants, i64 $constants)
  call void @gather(ptr %w.first, ptr %first.series, ptr %people, i64 %series.stride, i64 $series)
  call void @keep_noise(ptr %w)
  %way = icmp slt i64 %first, %last
  br i1 %way, label %interval, label %group.done

interval:
  %k = phi i64 [ %first, %group ], [ %k.next, %interval.done ]
  %block = phi i64 [ 0, %group ], [ %block.next, %interval.done ]
  %length = phi double [ 0.0, %group ], [ %h, %interval.done ]
  %before = phi ptr [ %w.first, %group ], [ %after, %interval.done ]
  %after = phi ptr [ %w.second, %group ], [ %before, %interval.done ]
  %k.next = add i64 %k, 1
  %skip = mul i64 %k.next, $series
  %series.here = getelementptr inbounds double, ptr %series, i64 %skip
  call void @gather(ptr %after, ptr %series.here, ptr %people, i64 %series.stride, i64 $series)
  %moves.at = getelementptr inbounds i8, ptr %moves, i64 %k
  %moves.here = load i8, ptr %moves.at
  %is.moving = icmp ne i8 %moves.here, 0
  br i1 %is.moving, label %move, label %moved
move:
  %normal.skip = mul i64 %block, $noises
  %normals.here = getelementptr inbounds double, ptr %normals, i64 %normal.skip
  call void @gather(ptr %w.normal, ptr %normals.here, ptr %particles, i64 %normal.stride, i64 $noises)
  call void @move_noise(ptr %w)
  br label %moved
moved:
  %one = zext i1 %is.moving to i64
  %block.next = add i64 %block, %one
  %hour.at = getelementptr inbounds double, ptr %hours, i64 %k
  %hour = load double, ptr %hour.at
  %hour.next.at = getelementptr inbounds double, ptr %hours, i64 %k.next
  %hour.next = load double, ptr %hour.next.at
  %h = fsub double %hour.next, %hour
  %alike = fcmp oeq double %h, %length
  br i1 %alike, label %ready, label %other
other:
  call void @gains(ptr %w, double %h)
  br label %ready
ready:
  %is.short = fcmp olt double %h, $short
  br i1 %is.short, label %short, label %long
short:
  call void @step_short(ptr %w, ptr %before, ptr %after, double %h)
  br label %stepped
long:
  call void @step_long(ptr %w, ptr %before, ptr %after, double %h)
  br label %stepped
stepped:
  %keep.at = getelementptr inbounds i64, ptr %keep, i64 %k.next
  %row = load i64, ptr %keep.at
  %is.kept = icmp sge i64 %row, 0
  br i1 %is.kept, label %show, label %interval.done
show:
  call void @scores(ptr %w, ptr %after)
  %out.skip = mul i64 %row, $scores
  %out.here = getelementptr inbounds double, ptr %out, i64 %out.skip
  call void @scatter(ptr %w.shown, ptr %out.here, ptr %particles, i64 %out.stride, i64 $scores)
  br label %interval.done
interval.done:
  %more = icmp slt i64 %k.next, %last
  br i1 %more, label %interval, label %group.done

group.done:
  call void @scatter(ptr %w.x, ptr %x, ptr %particles, i64 $carried, i64 $carried)
  call void @scatter(ptr %w.noise, ptr %noise, ptr %particles, i64 $noises, i64 $noises)
  %n.next = add i64 %n, $lanes
  %again = icmp slt i64 %n.next, %count
  br i1 %again, label %group, label %done
done:
  ret void
}
